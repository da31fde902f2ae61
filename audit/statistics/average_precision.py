"""Average precision of a class and each example's influence on it.

References:
    Boyd, Eng and Page (2013), Area under the precision-recall curve: point estimates and confidence intervals, ECML,
    sec. 4 (the logit interval; here with the variance from influences).
"""

import numpy as np

from boletim.audit.statistics.counts import class_sizes, of_class
from boletim.audit.statistics.influence import Influenced


def one_vs_rest_precision(gold: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> Influenced:
    """Average precision of each class against the rest; NaN for a class without examples.

    Args:
        gold: (n,) int, index of the true class; or (n, k) bool, where an example has any number of labels.
        scores: (n, k) float64, higher for likelier classes.
        weights: (n,) above 0; None where all examples count the same.
    """
    n, k = scores.shape
    values, influence = np.full(k, np.nan), np.zeros((n, k))
    positives = class_sizes(gold, k)
    for c in np.flatnonzero(positives):
        values[c], influence[:, c] = average_precision(of_class(gold, int(c)), scores[:, c], weights)
    return Influenced(values, influence, positives)


def average_precision(
    is_positive: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Mean over the positives of the precision among all examples that score at least as high.

    Args:
        is_positive: (n,) bool, at least one true.
        score: (n,) higher for likelier positives; equal scores are one threshold.
        weights: (n,) above 0; None where all examples count the same.

    Returns:
        The value in (0, 1], and (n,) each example's influence on it.
    """
    weight = np.ones(len(score)) if weights is None else weights
    order = np.argsort(-score, kind="stable")
    is_new = np.r_[True, np.diff(score[order]) != 0]
    place = np.empty(len(score), dtype=np.int64)
    place[order] = np.cumsum(is_new) - 1
    own = np.bincount(place, weights=weight * is_positive)
    above = np.cumsum(own)
    false = np.cumsum(np.bincount(place, weights=weight * ~is_positive))
    n_positive, size = above[-1], above + false
    precision = above / size
    value = float((own * precision).sum() / n_positive)
    gain = np.cumsum((own * false / size**2)[::-1])[::-1]
    loss = np.cumsum((own * above / size**2)[::-1])[::-1]
    influence = np.where(is_positive, precision[place] - value + gain[place], -loss[place]) / n_positive
    return value, weight * influence
