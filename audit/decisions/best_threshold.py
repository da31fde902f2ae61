"""From which probability on each label is predicted, chosen on validation data.

Chosen on the test set the figures would look better than they are, so the choice is made elsewhere and judged here.

References:
    Lipton, Elkan and Naryanaswamy (2014), Optimal thresholding of classifiers to maximize F1 measure, ECML, sec. 3
    (macro F1 is largest where each label's F1 is).
"""

import numpy as np

from boletim.contracts.answers.label_sets import THRESHOLD
from boletim.contracts.examples import Answers


def best_thresholds(validation: Answers) -> tuple[float, ...]:
    """For each label the threshold with the largest F1; 0.5 for a label without examples, or without scores.

    Args:
        validation: The model's answers on validation data.
    """
    if validation.scores is None:
        return (THRESHOLD,) * len(validation.labels)
    return tuple(best_threshold(validation.gold[:, c], validation.scores[:, c]) for c in range(len(validation.labels)))


def best_threshold(is_label: np.ndarray, score: np.ndarray) -> float:
    """The threshold in [0, 1] with the largest F1; between equal ones that nearest to one half.

    Args:
        is_label: (n,) bool; without any example the threshold is one half.
        score: (n,) in [0, 1]; the label is predicted when it reaches the threshold.

    Returns:
        Half-way between two scores that occur, or 0 (the label is always predicted).
    """
    if not is_label.any():
        return THRESHOLD
    found = np.unique(score)
    candidates = np.r_[0.0, (found[:-1] + found[1:]) / 2]
    order = np.argsort(score, kind="stable")
    n_below = np.searchsorted(score[order], candidates, side="left")
    hits = is_label.sum() - np.r_[0, np.cumsum(is_label[order])][n_below]
    f1 = 2 * hits / (is_label.sum() + len(score) - n_below)
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return float(candidates[best[np.argmin(np.abs(candidates[best] - THRESHOLD))]])
