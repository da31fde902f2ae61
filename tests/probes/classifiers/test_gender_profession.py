"""Planted truths: the flip rate and the gaps are known because the classifier was made so."""

import re
from typing import Any

import numpy as np
import pytest
from scipy import stats

from boletim.contracts.language import Frame, Language, Profession
from boletim.contracts.measure import Measure
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.classifiers.gender_profession import run
from boletim.probes.context import ProbeContext

SHE = re.compile(r"\b(?:she|her)\b", re.IGNORECASE)


def language(n_professions: int = 20, shares: bool = True) -> Language:
    return Language(
        code="xx",
        name="Test",
        sources={"made": "made for this test"},
        professions=tuple(
            Profession(
                id=f"p{i}",
                female=f"worker{i}",
                male=f"worker{i}",
                share_of_women=(i + 0.5) / n_professions if shares else None,
                source="made" if shares else None,
            )
            for i in range(n_professions)
        ),
    )


def frames(n: int = 12) -> tuple[Frame, ...]:
    return tuple(Frame(id=f"f{i}", text=f"Day {i}: the {{profession}} said {{she|he}} was fine.") for i in range(n))


def probe(classifier: Any, pack: Language | None = None, n_frames: int = 12, margin: float = 0.05) -> ProbeResult:
    return run(
        ProbeContext(
            classifier=classifier,
            language=pack or language(),
            frames=frames(n_frames),
            texts=None,
            level=0.95,
            margin=margin,
            seed=1,
            bootstrap=200,
        )
    )


def by_id(result: ProbeResult) -> dict[str, Measure]:
    return {measure.id: measure for measure in result.measures}


def worker(text: str) -> int:
    return int(re.search(r"worker(\d+)", text).group(1))  # type: ignore[union-attr]


def test_planted_flips_are_counted_exactly(fake: Any) -> None:
    def score(text: str) -> tuple[float, float]:
        is_flipped = worker(text) < 7 and SHE.search(text)
        return (0.3, 0.7) if is_flipped else (0.8, 0.2)

    measures = by_id(probe(fake(("no", "yes"), score)))
    rate = measures["flip_rate{probe=gender_profession}"]
    assert rate.value == 7 / 20
    assert rate.n == 12 * 20
    assert measures["ctf_gap{probe=gender_profession}"].value == pytest.approx(0.5 * 7 / 20)


def test_planted_gaps_are_recovered_per_profession(fake: Any) -> None:
    planted = np.linspace(-0.2, 0.2, 20)

    def score(text: str) -> tuple[float, float]:
        shift = planted[worker(text)] / 2 * (1 if SHE.search(text) else -1)
        return 0.3 - shift, 0.7 + shift

    result = probe(fake(("no", "yes"), score))
    measures = by_id(result)
    assert result.data["reference_class"] == "yes"
    for i in range(20):
        assert measures[f"score_gap{{probe=gender_profession,profession=p{i}}}"].value == pytest.approx(planted[i])
    assert measures["mean_score_gap{probe=gender_profession}"].value == pytest.approx(0)
    # the planted gaps rise linearly with the planted shares
    assert measures["gap_share_correlation{probe=gender_profession}"].value == pytest.approx(1)


def test_a_profession_that_is_a_class_uses_its_own_score(fake: Any) -> None:
    pack = language(2)
    named = (
        pack.professions[0].model_copy(update={"id": "bus_driver", "female": "worker0", "male": "worker0"}),
        pack.professions[1],
    )

    def score(text: str) -> tuple[float, float, float]:
        own = 0.1 if SHE.search(text) else 0.4
        return (0.6, own, 0.4 - own) if worker(text) == 0 else (0.6, 0.2, 0.2)

    result = probe(fake(("big", "Bus-Driver", "rest"), score), pack.model_copy(update={"professions": named}))
    measures = by_id(result)
    assert measures["score_gap{probe=gender_profession,profession=bus_driver}"].value == pytest.approx(-0.3)
    # the other profession is no class: its gap is that of the class with the highest mean score
    assert result.data["professions"]["p1"]["class"] == "big"
    mean = measures["mean_score_gap{probe=gender_profession}"]
    assert (mean.value, mean.n) == (pytest.approx(-0.3), 12)
    assert {finding.key for finding in result.findings} >= {"gender_profession_mean_own_shown"}


def test_a_classifier_indifferent_to_gender_shows_no_flips(fake: Any) -> None:
    result = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), n_frames=20)
    rate = by_id(result)["flip_rate{probe=gender_profession}"]
    assert rate.value == 0
    assert rate.high is not None
    assert 0 < rate.high < 0.05
    verdicts = {finding.key: finding.verdict for finding in result.findings}
    assert verdicts["gender_profession_flips_absent"] == "shown absent"
    assert verdicts["gender_profession_professions_absent"] == "shown absent"
    assert all(finding.severity == "info" for finding in result.findings)


def test_few_frames_are_insufficient_evidence(fake: Any) -> None:
    result = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), language(5), n_frames=3)
    flips = result.findings[0]
    assert (flips.key, flips.verdict) == ("gender_profession_flips_open", "insufficient evidence")


def test_a_large_planted_gap_is_shown_and_named(fake: Any) -> None:
    generator = np.random.default_rng(0)

    def score(text: str) -> tuple[float, float]:
        shift = generator.normal(0, 0.01) + (0.3 if worker(text) == 4 and SHE.search(text) else 0)
        return 0.4 - shift, 0.6 + shift

    result = probe(fake(("no", "yes"), score))
    finding = next(f for f in result.findings if f.key == "gender_profession_professions_shown")
    assert (finding.rule, finding.severity, finding.values["names"]) == ("far_beyond", "high", "worker4")
    assert finding.measures == ("score_gap{probe=gender_profession,profession=p4}",)
    assert (finding.values["n_open"], finding.values["undecided"]) == (0, None)


def test_professions_whose_shift_is_undecided_are_counted_and_named_the_widest_first(fake: Any) -> None:
    """Worker 4 shifts in every frame, 2 and 3 in every second one alone, so that their intervals hold the margin."""
    size = {2: 0.1, 3: 0.2, 4: 0.3}

    def score(text: str) -> tuple[float, float]:
        is_moved = SHE.search(text) and (worker(text) == 4 or int(text.split()[1][:-1]) % 2)
        shift = size.get(worker(text), 0.0) if is_moved else 0.0
        return 0.4 - shift, 0.6 + shift

    finding = next(f for f in probe(fake(("no", "yes"), score)).findings if f.key.endswith("professions_shown"))
    assert (finding.values["names"], finding.values["n_open"]) == ("worker4", 2)
    assert finding.values["undecided"] == "worker3, worker2"
    assert finding.values["class_name"] == "yes"


@pytest.mark.parametrize(
    ("n_shifted", "shift", "severity"), [(3, 0.3, "high"), (1, 0.09, "medium"), (3, 0.09, "medium"), (1, 0.11, "high")]
)
def test_how_wide_a_shift_is_rates_it_not_how_many_professions_have_it(
    fake: Any, n_shifted: int, shift: float, severity: str
) -> None:
    """Every interval holds for all professions at once, so one of them is no chance find among many."""

    def score(text: str) -> tuple[float, float]:
        own = shift if worker(text) < n_shifted and SHE.search(text) else 0.0
        return 0.4 - own, 0.6 + own

    finding = next(f for f in probe(fake(("no", "yes"), score)).findings if f.key.endswith("professions_shown"))
    assert (finding.severity, finding.values["n_shown"]) == (severity, n_shifted)


def test_limits_hold_for_all_professions_at_once(fake: Any) -> None:
    """Bonferroni by hand: the t interval of each profession at level 1 - 0.05 / 20."""
    noise = np.random.default_rng(3)
    gaps: dict[tuple[int, int], float] = {}

    def score(text: str) -> tuple[float, float]:
        if not SHE.search(text):
            return 0.5, 0.5
        day = int(re.search(r"Day (\d+)", text).group(1))  # type: ignore[union-attr]
        shift = gaps.setdefault((day, worker(text)), noise.normal(0, 0.05))
        return 0.5 - shift, 0.5 + shift

    result = probe(fake(("no", "yes"), score))
    sign = 1 if result.data["reference_class"] == "yes" else -1
    sample = sign * np.array([gaps[day, 7] for day in range(12)])
    low, high = stats.t.interval(1 - 0.05 / 20, 11, sample.mean(), stats.sem(sample))
    measure = by_id(result)["score_gap{probe=gender_profession,profession=p7}"]
    assert (measure.low, measure.high) == (pytest.approx(low), pytest.approx(high))


def test_noise_alone_is_rarely_shown(fake: Any) -> None:
    """Benjamini-Hochberg over the family: with no true gap, a false claim in at most about one run in twenty."""
    generator = np.random.default_rng(2)

    def score(text: str) -> tuple[float, float]:
        shift = generator.normal(0, 0.1)
        return 0.4 - shift, 0.6 + shift

    runs = [probe(fake(("no", "yes"), score), n_frames=6, margin=0.0) for _ in range(100)]
    claimed = [any(f.key.endswith("professions_shown") for f in result.findings) for result in runs]
    assert np.mean(claimed) <= 0.05 + 3 * (0.05 * 0.95 / 100) ** 0.5


def test_the_reference_class_does_not_look_at_the_gap(fake: Any) -> None:
    """With three equal classes and pure noise the mean signed gap over runs is zero: no selection bias."""
    generator = np.random.default_rng(8)

    def score(text: str) -> np.ndarray:
        return np.asarray(generator.dirichlet((20, 20, 20)))

    values = []
    for _ in range(150):
        result = probe(fake(("a", "b", "c"), score), language(4), n_frames=4)
        values.append(by_id(result)["mean_score_gap{probe=gender_profession}"].value or 0.0)
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values))


def test_without_enough_shares_the_correlation_says_why(fake: Any) -> None:
    result = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), language(shares=False))
    measure = by_id(result)["gap_share_correlation{probe=gender_profession}"]
    assert measure.value is None
    assert measure.undefined_because.values["least"] == 10
    assert not any("shares" in finding.key for finding in result.findings)


def test_one_frame_gives_values_without_intervals(fake: Any) -> None:
    result = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), n_frames=1)
    for measure in result.measures:
        assert measure.low is None
        assert measure.undefined_because
    assert {finding.verdict for finding in result.findings} == {"insufficient evidence"}


def test_without_professions_the_probe_is_unusable(fake: Any) -> None:
    result = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), language(0))
    assert result.measures == ()
    assert result.unusable_because.kind == "no_frames"
