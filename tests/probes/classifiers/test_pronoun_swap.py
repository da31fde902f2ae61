"""Planted truths on texts whose swaps are known."""

import re
from typing import Any

import numpy as np
import pytest

from boletim.contracts.language import Language, load_language
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.classifiers.pronoun_swap import run
from boletim.probes.context import ProbeContext

SHE = re.compile(r"\bshe\b", re.IGNORECASE)
HE = re.compile(r"\bhe\b", re.IGNORECASE)
FEMALE = [f"She paid {i} times." for i in range(30)]
MALE = [f"He paid {i} times." for i in range(50)]
MIXED = [f"She paid and he ate {i} times." for i in range(20)]
ALONE = [f"Mrs. Li said she paid {i} times." for i in range(7)]
NEUTRAL = [f"They paid {i} times." for i in range(13)]
TEXTS = [*FEMALE, *MALE, *MIXED, *ALONE, *NEUTRAL]


def probe(classifier: Any, texts: list[str] | None, language: Language | None = None) -> ProbeResult:
    return run(
        ProbeContext(
            classifier=classifier,
            language=language or load_language("en"),
            frames=(),
            texts=texts,
            level=0.95,
            margin=0.05,
            seed=1,
            bootstrap=200,
        )
    )


def by_id(result: ProbeResult) -> dict[str, Measure]:
    return {measure.id: measure for measure in result.measures}


def partial(text: str) -> tuple[float, float]:
    """Sentences about `she` alone flip for numbers under 10; all others are sure."""
    number = int(re.search(r"\d+", text).group())  # type: ignore[union-attr]
    is_she_alone = SHE.search(text) and not HE.search(text)
    return (0.3, 0.7) if is_she_alone and number < 10 else (0.9, 0.1)


def test_counts_and_planted_flips(fake: Any) -> None:
    result = probe(fake(("no", "yes"), partial), TEXTS)
    measures = by_id(result)
    assert {key: value for key, value in result.data.items() if key.startswith("n_")} == {
        "n_texts": 120,
        "n_swapped": 100,
        "n_left_alone": 7,
        "n_nothing_to_swap": 13,
        "n_one_sided": 80,
        "n_flips": 20,
    }
    assert measures["flip_rate{probe=pronoun_swap}"].value == 20 / 100
    assert measures["share_swappable{probe=pronoun_swap}"].value == 100 / 120
    assert measures["ctf_gap{probe=pronoun_swap}"].value == pytest.approx(0.6 * 20 / 100)


def test_direction_is_female_minus_male_whatever_the_original(fake: Any) -> None:
    measures = by_id(probe(fake(("no", "yes"), partial), TEXTS))
    for texts in (FEMALE, MALE):
        alone = by_id(probe(fake(("no", "yes"), partial), texts))
        assert (alone["score_gap{class=yes,probe=pronoun_swap}"].value or 0) > 0
    # ten texts of each gender move, out of eighty
    assert measures["score_gap{class=yes,probe=pronoun_swap}"].value == pytest.approx(0.6 * 20 / 80)
    assert measures["score_gap{class=no,probe=pronoun_swap}"].value == pytest.approx(-0.6 * 20 / 80)
    assert measures["flips_toward{class=yes,probe=pronoun_swap}"].value == pytest.approx(20 / 80)
    # McNemar: twenty moves, all one way
    assert measures["flips_toward{class=yes,probe=pronoun_swap}"].p == pytest.approx(2 * 0.5**20)


def test_findings_name_the_classes(fake: Any) -> None:
    result = probe(fake(("no", "yes"), partial), TEXTS)
    keys = [finding.key for finding in result.findings]
    assert keys == [
        "pronoun_swap_flips_shown",
        "pronoun_swap_gaps_shown",
        "pronoun_swap_toward_shown",
        "pronoun_swap_left_shown",
    ]
    assert "yes (+0.250)" in str(result.findings[2].values["names"])


def test_an_indifferent_classifier_is_judged_by_its_interval(fake: Any) -> None:
    few = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), FEMALE[:10])
    many = probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), [f"She paid {i} times." for i in range(100)])
    for result in (few, many):
        rate = by_id(result)["flip_rate{probe=pronoun_swap}"]
        assert rate.value == 0
        assert (rate.high or 0) > 0
    assert few.findings[0].verdict == "insufficient evidence"
    assert many.findings[0].verdict == "shown absent"


def test_the_gap_interval_covers_a_planted_shift(fake: Any) -> None:
    generator = np.random.default_rng(4)

    def score(text: str) -> tuple[float, float]:
        shift = generator.normal(0, 0.1) + (0.04 if SHE.search(text) else 0)
        return 0.5 - shift, 0.5 + shift

    covered = 0
    for _ in range(200):
        measure = by_id(probe(fake(("no", "yes"), score), FEMALE))["score_gap{class=yes,probe=pronoun_swap}"]
        covered += (measure.low or 0) <= 0.04 <= (measure.high or 0)
    assert abs(covered / 200 - 0.95) <= 3 * (0.95 * 0.05 / 200) ** 0.5


@pytest.mark.parametrize("texts", [NEUTRAL, ALONE])
def test_nothing_to_compare_is_undefined_with_its_reason(fake: Any, texts: list[str]) -> None:
    result = probe(fake(("no", "yes"), partial), texts)
    assert result.unusable_because is None
    for measure in result.measures:
        is_share = measure.metric in ("share_swappable", "left_alone_women")
        assert is_share or (measure.value is None and measure.undefined_because)
    assert {finding.verdict for finding in result.findings} == {"insufficient evidence"}


def test_mixed_texts_alone_have_no_direction(fake: Any) -> None:
    measures = by_id(probe(fake(("no", "yes"), lambda text: (0.4, 0.6)), MIXED))
    assert measures["flip_rate{probe=pronoun_swap}"].n == 20
    assert measures["score_gap{class=yes,probe=pronoun_swap}"].value is None


@pytest.mark.parametrize("texts", [None, []])
def test_without_texts_the_probe_is_unusable(fake: Any, texts: list[str] | None) -> None:
    result = probe(fake(("no", "yes"), partial), texts)
    assert result.unusable_because == Reason.of("no_texts")
    assert result.measures == ()


def test_a_language_without_rules_is_unusable(fake: Any) -> None:
    result = probe(fake(("no", "yes"), partial), TEXTS, Language(code="xx", name="Test"))
    assert result.unusable_because.kind == "no_rules"


def test_results_hold_no_test_texts(fake: Any) -> None:
    """Texts of the test split may be personal."""
    stored = probe(fake(("no", "yes"), partial), TEXTS).model_dump_json()
    assert "paid" not in stored


def left(result: ProbeResult) -> tuple[Measure, Measure, Measure]:
    found = by_id(result)
    women, men, gap = (found[f"left_alone_{name}{{probe=pronoun_swap}}"] for name in ("women", "men", "gap"))
    return women, men, gap


def test_what_is_left_alone_is_given_for_each_gender_with_newcombes_interval(fake: Any) -> None:
    # Newcombe 1998, table II, example a: 56 of 70 minus 48 of 80 is 0.2000, by method 10 0.0524 to 0.3339
    women = [f"She paid {i} times." for i in range(14)] + [f"Mrs. Li said she paid {i} times." for i in range(56)]
    men = [f"He paid {i} times." for i in range(32)] + [f"Sir Li said he paid {i} times." for i in range(48)]
    result = probe(fake(("no", "yes"), partial), [*women, *men, *MIXED, *NEUTRAL])
    of_women, of_men, gap = left(result)
    assert (of_women.value, of_women.n, of_men.value, of_men.n) == (0.8, 70, 0.6, 80)
    assert gap.value == pytest.approx(0.2)
    assert (gap.low, gap.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    finding = result.findings[-1]
    assert (finding.key, finding.verdict) == ("pronoun_swap_left_shown", "shown")
    assert [finding.values[key] for key in ("women", "n_women", "men", "n_men")] == [0.8, 70, 0.6, 80]


def test_even_shares_are_shown_absent_and_few_texts_leave_it_open(fake: Any) -> None:
    even = [f"{word} paid {i} times." for word in ("She", "He") for i in range(200)]
    assert probe(fake(("no", "yes"), partial), even).findings[-1].verdict == "shown absent"
    assert probe(fake(("no", "yes"), partial), even[195:205]).findings[-1].verdict == "insufficient evidence"


def test_texts_of_one_gender_only_leave_no_difference_and_say_why(fake: Any) -> None:
    result = probe(fake(("no", "yes"), partial), [*FEMALE, *ALONE])
    women, men, gap = left(result)
    assert women.value == 7 / 37
    assert (men.value, gap.value) == (None, None)
    assert gap.undefined_because == Reason.of("no_text_about_men")
    assert result.findings[-1].verdict == "insufficient evidence"
