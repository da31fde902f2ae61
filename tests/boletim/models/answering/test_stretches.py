"""The best stretches against all stretches, and the threshold against all thresholds."""

import numpy as np
import pytest

from boletim.contracts.errors import ModelError
from boletim.models.answering.stretches import Choosing, best_stretches, best_threshold


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("longest", [1, 3, 40])
def test_the_best_stretches_are_those_of_a_search_through_all(seed, longest):
    rng = np.random.default_rng(seed)
    begins, ends = rng.normal(size=(2, 25)).round(1)  # rounded, so that some tie
    is_context = np.arange(25) >= 6
    is_context[[9, 24]] = False
    every = [(begins[i] + ends[j], -i, i - j) for i in range(25) for j in range(i, min(25, i + longest))
             if is_context[i] and is_context[j]]  # fmt: skip
    best = sorted(every, reverse=True)[:7]
    found = best_stretches(begins, ends, is_context, longest, 7)
    assert [(s.score, -s.first, s.first - s.last) for s in found] == [(pytest.approx(a), b, c) for a, b, c in best]


def test_a_window_without_text_has_no_stretch():
    assert best_stretches(np.zeros(4), np.zeros(4), np.zeros(4, dtype=bool), 3) == []


@pytest.mark.parametrize("seed", range(20))
def test_no_threshold_does_better_than_the_best(seed):
    rng = np.random.default_rng(seed)
    differences = rng.integers(-3, 4, size=12).astype(float)
    answered, silent = rng.random(12).round(1), rng.integers(0, 2, size=12).astype(float)
    threshold, value = best_threshold(differences, answered, silent)
    at = [np.where(differences > one, silent, answered).mean() for one in np.arange(-4.5, 4, 0.5)]
    assert value == pytest.approx(max(at))
    is_silent = np.zeros(12, dtype=bool) if threshold is None else differences > threshold
    assert np.where(is_silent, silent, answered).mean() == pytest.approx(value)


def test_without_unanswerable_questions_something_is_always_answered(tmp_path):
    threshold, value = best_threshold(np.array([-1.0, 5.0]), np.array([1.0, 0.5]), np.zeros(2))
    assert (threshold, value) == (None, 0.75)
    Choosing(threshold, 44).save(tmp_path)
    assert Choosing.of_folder(tmp_path, "m") == Choosing(None, 44)


def test_a_folder_without_settings_has_the_usual_ones_and_a_broken_file_is_told(tmp_path):
    assert Choosing.of_folder(tmp_path, "m") == Choosing(0.0, 30)
    (tmp_path / "answering.json").write_text('{"no_answer_threshold": NaN, "longest_answer": 0}')
    with pytest.raises(ModelError, match=r"answering\.json of m holds"):
        Choosing.of_folder(tmp_path, "m")
