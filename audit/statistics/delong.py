"""Area under the ROC curve and its variance.

References:
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837.
"""

from dataclasses import dataclass

import numpy as np

from boletim.audit.statistics.counts import class_sizes, of_class

_FEWEST_RAISED, _LARGEST_RAISE = 20, 1.25


@dataclass(frozen=True)
class AreaUnderCurve:
    """One-vs-rest AUCs of one set of examples and what their variance is made of."""

    values: np.ndarray
    """(k,) AUC per class; NaN for a class that all examples or none are of."""
    influence: np.ndarray
    """(n, k) share of each example in the deviation of each AUC; its squares sum to DeLong's variance, raised as
    `how_much_too_small` says."""
    n_smaller: np.ndarray
    """(k,) the smaller of the class's examples and the others."""


def one_vs_rest(gold: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> AreaUnderCurve:
    """AUC of each class against the rest, ties counting half.

    Args:
        gold: (n,) int, index of the true class; or (n, k) bool, where an example has any number of labels.
        scores: (n, k) float64, higher for likelier classes.
        weights: (n,) above 0; None where all examples count the same.
    """
    n, k = scores.shape
    values = np.full(k, np.nan)
    influence = np.zeros((n, k))
    positives = class_sizes(gold, k)
    n_smaller = np.minimum(positives, n - positives)
    for c in np.flatnonzero(n_smaller):
        is_class = of_class(gold, int(c))
        values[c], influence[:, c] = cautious_area(is_class, scores[:, c], weights)
        if weights is not None:
            n_smaller[c] = min(_kish(weights[is_class]), _kish(weights[~is_class]))
    return AreaUnderCurve(values, influence, n_smaller)


def macro(area: AreaUnderCurve, *, is_exclusive: bool = True) -> tuple[float, np.ndarray, int]:
    """Mean AUC over the classes that have one, the influence of each example on it, the smallest class's n.

    With two classes that exclude each other both AUCs are the same figure, and the second is taken. NaN without any.
    """
    known = np.flatnonzero(~np.isnan(area.values))
    if is_exclusive and len(area.values) == 2:
        known = known[-1:]
    if not len(known):
        return float("nan"), np.zeros(len(area.influence)), 0
    return float(area.values[known].mean()), area.influence[:, known].mean(axis=1), int(area.n_smaller[known].min())


def cautious_area(
    is_positive: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """`area_of_one` with a variance that is not too small for an AUC near 1."""
    value, influence = area_of_one(is_positive, score, weights)
    own, others = score[is_positive], score[~is_positive]
    n_misplaced = min(int((own <= others.max()).sum()), int((others >= own.min()).sum()))
    sides = (len(own), len(others)) if weights is None else (_kish(weights[is_positive]), _kish(weights[~is_positive]))
    factor = how_much_too_small(value, float((influence**2).sum()), sides, n_misplaced)
    return value, influence * np.sqrt(factor)


def how_much_too_small(value: float, variance: float, sides: tuple[int, int], n_misplaced: int) -> float:
    """What DeLong's variance is multiplied by when few examples tell of it; from 1 to 1.25.

    It is made of the examples that score on the wrong side of some other. With k of them on the side that has fewer it
    is averaged, k to one, with the variance that Hanley and McNeil give an AUC of that size. Without it an AUC of 0.99
    with thirty examples of a class is covered in 91 % instead of 95 %, with it in 94 %; below twenty examples t with
    few degrees of freedom is cautious enough, and a larger factor would be too cautious.

    Args:
        value: The AUC.
        variance: DeLong's.
        sides: Examples of the class, and others.
        n_misplaced: k.

    References:
        Hanley and McNeil (1982), Radiology 143:29, eq. 1 and 2.
    """
    m, n = sides
    if variance <= 0 or min(m, n) < _FEWEST_RAISED:
        return 1.0
    above, below, square = value / (2 - value), 2 * value**2 / (1 + value), value**2
    expected = (value * (1 - value) + (m - 1) * (above - square) + (n - 1) * (below - square)) / (m * n)
    return min(max((n_misplaced + expected / variance) / (n_misplaced + 1), 1.0), _LARGEST_RAISE)


def area_of_one(
    is_positive: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """AUC of one class and each example's share in its deviation.

    Args:
        is_positive: (n,) bool, of both kinds.
        score: (n,) higher for likelier positives; ties count half.
        weights: (n,) above 0; None where all examples count the same.

    Returns:
        The value in [0, 1], and (n,) whose squares sum to DeLong's variance, linearised where there are weights.
    """
    weight = np.ones(len(score)) if weights is None else weights
    m, n = int(is_positive.sum()), int((~is_positive).sum())
    of_positives, of_negatives = float(weight[is_positive].sum()), float(weight[~is_positive].sum())
    positives, negatives = _weight_below(is_positive, score, weight)
    placement = np.where(is_positive, negatives / of_negatives, 1 - positives / of_positives)
    value = float(weight[is_positive] @ placement[is_positive] / of_positives)
    spread = np.where(is_positive, of_positives * np.sqrt(max(m - 1, 1) / m), of_negatives * np.sqrt(max(n - 1, 1) / n))
    return value, weight * (placement - value) / spread


def _kish(weights: np.ndarray) -> int:
    return max(1, int(weights.sum() ** 2 / (weights**2).sum() + 1e-9))


def _weight_below(is_positive: np.ndarray, score: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each example, the weight of the positives and of the negatives that score lower, equal ones counting half."""
    order = np.argsort(score)
    ordered = score[order]
    is_first = np.r_[True, ordered[1:] != ordered[:-1]]
    tie = np.cumsum(is_first) - 1
    starts = np.r_[np.flatnonzero(is_first), len(score)]
    counts = []
    for is_one in (is_positive[order], ~is_positive[order]):
        up_to = np.r_[0.0, np.cumsum(is_one * weight[order])][starts]
        below = np.empty(len(score))
        below[order] = ((up_to[:-1] + up_to[1:]) / 2)[tie]
        counts.append(below)
    return counts[0], counts[1]
