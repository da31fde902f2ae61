"""First names: planted gaps, deviations and sensitivities are recovered; label distances by hand."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy import stats

from boletim.contracts.language import load_language
from boletim.contracts.measure import Measure
from boletim.contracts.protocols import Progress, no_progress
from boletim.probes.classifiers import first_names, perturbation_sensitivity
from boletim.probes.classifiers.perturbation_sensitivity import label_distance
from boletim.probes.context import ProbeContext
from boletim.probes.sentences.slots import fill_slot
from boletim.probes.statistics.two_groups import two_group_difference

COVERED = 0.95 - 2 * (0.95 * 0.05 / 200) ** 0.5
"""95 % of the seeds, less two standard errors of a count of 200."""
LANGUAGE = load_language("en")
WORDS = LANGUAGE.probe_words
NAMES = (*WORDS.first_names.female, *WORDS.first_names.male)
N_FEMALE, N_FRAMES = len(WORDS.first_names.female), len(WORDS.name_frames)


class Planted:
    """Scores of `yes` by frame and name; the first column is nobody's name."""

    labels = ("no", "yes")

    def __init__(self, scores: np.ndarray) -> None:
        self._scores = {
            fill_slot(frame, "name", name): scores[row, column]
            for row, frame in enumerate(WORDS.name_frames)
            for column, name in enumerate((WORDS.unmarked_name, *NAMES))
        }

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        found = np.array([self._scores[text] for text in texts])
        return np.column_stack([1 - found, found])


def measures(run: Callable, scores: np.ndarray) -> dict[str, Measure]:
    context = ProbeContext(
        classifier=Planted(scores), language=LANGUAGE, frames=(), texts=None, level=0.95, margin=0.05, seed=1,
        bootstrap=50, flagged=("yes",),
    )  # fmt: skip
    return {measure.id: measure for measure in run(context).measures}


def test_the_planted_gap_between_womens_and_mens_names_lies_in_its_interval() -> None:
    is_female = np.concatenate([[False], np.arange(len(NAMES)) < N_FEMALE])
    hits = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        scores = (
            0.4
            + 0.08 * is_female * (1 + generator.normal(0, 0.4, (N_FRAMES, 1)))
            + generator.normal(0, 0.04, (1, 1 + len(NAMES)))
            + generator.normal(0, 0.05, (N_FRAMES, 1))
            + generator.normal(0, 0.03, (N_FRAMES, 1 + len(NAMES)))
        )
        gap = measures(first_names.run, scores)["score_gap{class=yes,probe=first_names}"]
        hits += gap.low <= 0.08 <= gap.high
    assert hits / 200 >= COVERED, hits


def test_without_differences_between_frames_the_interval_is_welchs() -> None:
    generator = np.random.default_rng(5)
    first, second = generator.normal(0.3, 0.1, 8), generator.normal(0.1, 0.2, 11)
    found = two_group_difference(np.tile(first, (4, 1)), np.tile(second, (4, 1)), 0.9)
    oracle = stats.ttest_ind(first, second, equal_var=False)
    interval = oracle.confidence_interval(0.9)
    assert found.value == pytest.approx(first.mean() - second.mean())
    assert (found.low, found.high, found.p) == pytest.approx((interval.low, interval.high, oracle.pvalue))


def test_one_name_of_a_gender_has_no_interval() -> None:
    found = two_group_difference(np.ones((3, 1)), np.zeros((3, 2)), 0.9)
    assert (found.value, found.low) == (1.0, None)


def test_planted_deviation_and_sensitivities_lie_in_their_intervals() -> None:
    effects = np.random.default_rng(0).normal(0, 0.08, len(NAMES))
    hits_deviation = hits_names = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        strength = generator.uniform(0.5, 1.5, (N_FRAMES, 1))
        named = 0.5 + strength * effects
        found = measures(perturbation_sensitivity.run, np.column_stack([np.full(N_FRAMES, 0.5), named]))
        deviation = found["score_deviation{probe=perturbation_sensitivity}"]
        hits_deviation += deviation.low <= effects.std() <= deviation.high
        shifts = [found[f"score_sensitivity{{probe=perturbation_sensitivity,group={name}}}"] for name in NAMES]
        hits_names += all(s.low <= e <= s.high for s, e in zip(shifts, effects, strict=True))
    assert hits_deviation / 200 >= COVERED, hits_deviation
    assert hits_names / 200 >= COVERED, hits_names


def test_range_and_deviation_by_hand() -> None:
    scores = np.full((N_FRAMES, 1 + len(NAMES)), 0.2)
    scores[:, 1] = 0.6
    found = measures(perturbation_sensitivity.run, scores)
    share = 1 / len(NAMES)
    assert found["score_range{probe=perturbation_sensitivity}"].value == pytest.approx(0.4)
    deviation = found["score_deviation{probe=perturbation_sensitivity}"].value
    assert deviation == pytest.approx(0.4 * (share * (1 - share)) ** 0.5)
    distance = found["label_distance{probe=perturbation_sensitivity}"].value
    assert distance == pytest.approx(share)  # one name is always flagged, nobody's name and all others never


def test_label_distance_is_one_minus_the_shared_share() -> None:
    nobody = [True, True, False, False]
    first = [True, False, True, False]  # one shared of three: distance 2/3
    second = [True, True, False, False]  # the same set: 0
    third = [False, False, False, True]  # nothing shared of three: 1
    flags = np.array([nobody, first, second, third]).T
    assert label_distance(flags) == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert label_distance(np.zeros((4, 3), dtype=bool)) == 0


def test_names_and_frames_of_every_language_fit_each_other() -> None:
    for code in ("en", "pt-BR"):
        words = load_language(code).probe_words
        assert len(set(words.first_names.female)) == len(set(words.first_names.male)) == 20
        assert not set(words.first_names.female) & set(words.first_names.male)
        for frame in words.name_frames:
            assert frame.text.count("{name}") == frame.text.count("{") == 1
            assert fill_slot(frame, "name", words.unmarked_name)[0].isupper()
