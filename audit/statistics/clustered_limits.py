"""The form of every interval of clustered examples that is not resampled: an effective size, and t for the clusters.

A share has Wilson's form, the difference of two models on the same examples Newcombe's paired one, an area the logit
form; what clusters change is how many independent examples the rows are worth. Only the difference between some of the
examples and the others, whom clusters may join, has a standard error of its own. None is narrower than the interval
that takes the rows for independent: from a handful of clusters a design effect below 1 is an accident.

References:
    Korn and Graubard (1998), Survey Methodology 24:193 (effective size); Newcombe (1998), Statistics in Medicine
    17:2635, method 10; Obuchowski (1997), Biometrics 53:567 (AUC: influences summed within clusters).
"""

import numpy as np

from boletim.audit.statistics.clustered_mean import cluster_sums
from boletim.audit.statistics.proportions import (
    auc_limits,
    critical,
    critical_t,
    difference,
    paired_difference,
    wilson,
)
from boletim.audit.statistics.weighted_share import weighted_wilson
from boletim.audit.tally.clusters import clustered_wilson

Limits = tuple[float, float]


def share_limits(
    hits: np.ndarray,
    trials: np.ndarray,
    clusters: np.ndarray | None,
    level: float,
    weights: np.ndarray | None = None,
) -> Limits:
    """Interval of the share of trials that are hits.

    Args:
        hits: (n,) bool, each a trial.
        trials: (n,) bool, at least one.
        clusters: (n,) codes, or None for independent examples.
        level: Confidence level in (0, 1).
        weights: (n,) above 0, or None.
    """
    is_hit, weight = hits[trials].astype(float), np.ones(int(trials.sum())) if weights is None else weights[trials]
    if weights is None:
        limits = wilson(np.array([is_hit.sum()]), np.array([len(is_hit)]), level)
    else:
        sizes = np.ones(len(weight)), weight, weight**2
        limits = weighted_wilson(is_hit[:, None], np.ones((len(is_hit), 1)), sizes, level)
    low, high = float(limits[0][0]), float(limits[1][0])
    if clusters is None:
        return low, high
    own = clusters[trials]
    found, tried = (cluster_sums(own, one)[:, None] for one in (is_hit * weight, weight))
    below, above = clustered_wilson(found, tried, level)
    return min(low, float(below[0])), max(high, float(above[0]))


def split_limits(hits: np.ndarray, inside: np.ndarray, clusters: np.ndarray | None, level: float) -> Limits:
    """Interval of the share of hits inside less that of hits outside.

    Args:
        hits: (n,) bool.
        inside: (n,) bool, true of at least one example and not of all.
        clusters: (n,) codes, or None for independent examples.
        level: Confidence level in (0, 1).
    """
    sides = hits[inside], hits[~inside]
    shares = [np.array(side.mean()) for side in sides]
    alone = [wilson(np.array(side.sum()), np.array(len(side)), level) for side in sides]
    low, high = (float(end) for end in difference(shares[0], alone[0], shares[1], alone[1]))
    if clusters is None:
        return low, high
    error, degrees = split_error(hits, inside, clusters)
    gap, half = float(shares[0] - shares[1]), critical_t(level, degrees) * error
    return max(min(low, gap - half), -1.0), min(max(high, gap + half), 1.0)


def split_error(hits: np.ndarray, inside: np.ndarray, clusters: np.ndarray) -> tuple[float, int]:
    """Standard error of that difference, and the degrees of freedom of its t, those of the side with fewer clusters.

    Influences are summed within clusters, which may lie on both sides. One cluster on a side tells nothing.

    Args:
        hits: (n,) bool.
        inside: (n,) bool.
        clusters: (n,) codes.
    """
    influence = np.where(
        inside, (hits - hits[inside].mean()) / inside.sum(), -(hits - hits[~inside].mean()) / (~inside).sum()
    )
    m = min(len(np.unique(clusters[side])) for side in (inside, ~inside))
    if m < 2:
        return float("inf"), 1
    return float(np.sqrt((cluster_sums(clusters, influence) ** 2).sum() * m / (m - 1))), m - 1


def paired_limits(first: np.ndarray, second: np.ndarray, clusters: np.ndarray | None, level: float) -> Limits:
    """Interval of the share of hits of the first less that of the second, on the same examples.

    Args:
        first: (n,) bool, at least one example.
        second: (n,) bool.
        clusters: (n,) codes, or None for independent examples.
        level: Confidence level in (0, 1).
    """
    first, second = first.astype(bool), second.astype(bool)
    n = len(first)
    both, won, lost = (int(one.sum()) for one in (first & second, first & ~second, ~first & second))
    low, high = paired_difference(both, won, lost, n - both - won - lost, level)
    if clusters is None:
        return low, high
    share = effective_pairs(first.astype(float) - second, clusters, level) / n
    neither = n - both - won - lost
    below, above = paired_difference(both * share, won * share, lost * share, neither * share, level)
    return min(low, below), max(high, above)


def effective_pairs(apart: np.ndarray, clusters: np.ndarray, level: float) -> float:
    """Independent pairs that clustered ones are worth, less what t takes for the number of clusters.

    As for shares, where few clusters hold a pair that differs the design effect is averaged with its largest.

    Args:
        apart: (n,) -1, 0 or 1.
        clusters: (n,) codes.
        level: Confidence level in (0, 1).
    """
    sizes, n = cluster_sums(clusters, np.ones(len(apart))), len(apart)
    m, mean = len(sizes), float(apart.mean())
    largest = float((sizes**2).sum() / n)
    spread, design = float(apart.var()), largest
    if spread > 0 and m > 1:
        between = float((cluster_sums(clusters, apart - mean) ** 2).sum()) * m / (m - 1) / n
        design = max(between / spread, 1.0)
    n_apart = int((cluster_sums(clusters, apart != 0) > 0).sum())
    design = (n_apart * design + max(largest, design)) / (n_apart + 1)
    return float(n / design * (critical(level) / critical_t(level, max(m - 1, 1))) ** 2)


def area_limits(
    value: float, influence: np.ndarray, n_smaller: int, clusters: np.ndarray | None, level: float
) -> Limits:
    """Interval of an AUC from the influences of its examples, by the logit form.

    Args:
        value: The area.
        influence: (n,) each example's.
        n_smaller: Examples of the smaller side.
        clusters: (n,) codes, or None for independent examples.
        level: Confidence level in (0, 1).
    """
    variance = float((influence**2).sum())
    low, high = auc_limits(value, variance, n_smaller, level)
    if clusters is None:
        return low, high
    sums = cluster_sums(clusters, influence)
    m = max(len(sums), 2)
    stretch = (critical_t(level, m - 1) / critical(level)) ** 2
    between = max(float((sums**2).sum()) * m / (m - 1), variance) * stretch
    n_alone = max(int(n_smaller * len(sums) / len(influence)), 1)
    below, above = auc_limits(value, between, n_alone, level)
    return min(low, below), max(high, above)
