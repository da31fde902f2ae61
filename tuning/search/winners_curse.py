"""What the best of many trials is worth: its validation score is too good, because it was chosen for it.

Examples are drawn with replacement; the best trial on those drawn is chosen as the search would have chosen, and scored
on the examples that were not drawn. The mean over the draws is what a chosen trial scores on new examples.

References:
    Tsamardinos, Greasidou and Borboudakis (2018), Bootstrapping the out-of-sample predictions for efficient and
    accurate cross-validation, Machine Learning 107:1895 (BBC-CV, with its percentile interval).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from boletim.contracts.results.search import N_DRAWS

Score = Callable[[np.ndarray, np.ndarray], float]
"""From logits (n, n_labels) and true classes (n,) to the objective, NaN where undefined."""


@dataclass(frozen=True)
class Corrected:
    """A score with its interval."""

    value: float
    low: float
    high: float


def corrected_score(
    trials: Sequence[np.ndarray], gold: np.ndarray, score: Score, sign: int, seed: int, level: float = 0.95
) -> Corrected | None:
    """The chosen trial's score on examples that did not choose it.

    Args:
        trials: (n, n_labels) logits of each trial that might have been chosen, on the same validation examples.
        gold: (n,) true classes.
        score: The objective.
        sign: 1 where higher is better, else -1.
        seed: Of the draws.
        level: Of the percentile interval.

    Returns:
        None where the objective was undefined in most draws.
    """
    rng = np.random.default_rng([seed, 7919])
    n, values = len(gold), []
    for _ in range(N_DRAWS):
        drawn = rng.integers(0, n, n)
        left = np.setdiff1d(np.arange(n), drawn)
        inside = np.array([sign * score(logits[drawn], gold[drawn]) for logits in trials])
        if not len(left) or np.isnan(inside).all():
            continue
        values.append(score(trials[int(np.nanargmax(inside))][left], gold[left]))
    known = np.array(values)[~np.isnan(values)] if values else np.array([])
    if len(known) < N_DRAWS / 2:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Corrected(float(known.mean()), float(low), float(high))


def score_limits(
    logits: np.ndarray, gold: np.ndarray, score: Score, seed: int, level: float = 0.95
) -> tuple[float, float] | None:
    """Percentile interval of one trial's score over redrawn examples; None where it was undefined in most draws."""
    rng = np.random.default_rng([seed, 104729])
    drawn = [rng.integers(0, len(gold), len(gold)) for _ in range(N_DRAWS)]
    values = np.array([score(logits[rows], gold[rows]) for rows in drawn])
    known = values[~np.isnan(values)]
    if len(known) < N_DRAWS / 2:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
