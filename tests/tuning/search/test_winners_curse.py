import numpy as np
import pytest

from boletim.tuning.search.winners_curse import corrected_score, score_limits


def accuracy(logits: np.ndarray, gold: np.ndarray) -> float:
    return float(np.mean(gold == logits.argmax(axis=1)))


def noise(rng: np.random.Generator, n: int, right: float) -> tuple[np.ndarray, np.ndarray]:
    """True classes, and the logits of a model that is right with this probability."""
    gold = rng.integers(0, 2, n)
    answer = np.where(rng.random(n) < right, gold, 1 - gold)
    return gold, np.eye(2)[answer]


def test_the_best_of_trials_that_only_guess_is_worth_a_guess() -> None:
    rng = np.random.default_rng(1)
    chosen, corrected = [], []
    for run in range(40):
        gold = rng.integers(0, 2, 100)
        trials = [np.eye(2)[rng.integers(0, 2, 100)] for _ in range(15)]
        chosen.append(max(accuracy(logits, gold) for logits in trials))
        found = corrected_score(trials, gold, accuracy, 1, run)
        assert found is not None
        corrected.append(found.value)
    assert np.mean(chosen) > 0.56, "or there is nothing to correct"
    assert np.mean(corrected) == pytest.approx(0.5, abs=0.015)


def test_one_clear_winner_keeps_its_score_and_the_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(2)
    n_covered = 0
    for run in range(60):
        gold, best = noise(rng, 150, 0.85)
        trials = [best, *(np.eye(2)[rng.integers(0, 2, 150)] for _ in range(4))]
        found = corrected_score(trials, gold, accuracy, 1, run)
        assert found is not None
        assert found.value == pytest.approx(accuracy(best, gold), abs=0.01)
        n_covered += found.low <= 0.85 <= found.high
    assert n_covered >= 54  # 95 % of 60 is 57; out-of-bag samples are smaller, so it covers more


def test_where_less_is_better_the_least_is_chosen() -> None:
    rng = np.random.default_rng(3)
    gold, good = noise(rng, 200, 0.95)
    _, bad = noise(rng, 200, 0.5)

    def error(logits: np.ndarray, true: np.ndarray) -> float:
        return 1 - accuracy(logits, true)

    found = corrected_score([bad, good], gold, error, -1, 1)
    assert found is not None
    assert found.value == pytest.approx(error(good, gold), abs=0.02)


def test_a_score_that_is_never_defined_has_no_correction() -> None:
    gold, logits = noise(np.random.default_rng(4), 50, 0.9)
    assert corrected_score([logits], gold, lambda *_: float("nan"), 1, 1) is None
    assert score_limits(logits, gold, lambda *_: float("nan"), 1) is None


def test_limits_are_those_of_the_binomial() -> None:
    gold, logits = noise(np.random.default_rng(5), 400, 0.8)
    limits = score_limits(logits, gold, accuracy, 1)
    assert limits is not None
    value = accuracy(logits, gold)
    assert limits[1] - limits[0] == pytest.approx(2 * 1.96 * np.sqrt(value * (1 - value) / 400), rel=0.15)
