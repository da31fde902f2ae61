"""A mean of examples that hang together: its standard error, and its interval where the distribution may be skewed.

Student's t misses a skewed mean on the side of the long tail. Hall's transformation takes the skewness out of the
t statistic; the interval holds both, so that it is never narrower than t.

Where it is known how low and how high a score can be, the mean is a share of that range, and its interval has Wilson's
form with as many trials as its variance is worth. One further score at each end is added before, as Agresti and Coull
do for shares: a sample of good scores tells little of rare bad ones. With clusters their sums take the place of scores.

References:
    Hall (1992), On the removal of skewness by transformation, JRSS B 54:221; Zhou and Gao (2000), One-sided confidence
    intervals for means of positively skewed distributions, American Statistician 54:100; Agresti and Coull (1998),
    American Statistician 52:119; Franco et al. (2019), JSSAM 7:334 (Wilson's form with an effective size).
"""

import numpy as np
from scipy import stats

from boletim.audit.statistics.proportions import critical, wilson

Limits = tuple[float, float]


def cluster_sums(clusters: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sums of (n,) values within each cluster that occurs, float64."""
    codes = np.unique(clusters, return_inverse=True)[1]
    return np.asarray(np.bincount(codes, weights=np.asarray(values, float)))


def mean_error(
    values: np.ndarray, weights: np.ndarray | None, clusters: np.ndarray | None
) -> tuple[float, float, float]:
    """Weighted mean, its standard error, and the degrees of freedom of its t (below 1 where there is no interval).

    Args:
        values: (n,), at least one.
        weights: (n,) above 0, or None.
        clusters: (n,) codes, or None for independent examples.
    """
    n, weight = len(values), np.ones(len(values)) if weights is None else weights
    whole = float(weight.sum())
    mean = float(weight @ values / whole)
    degrees = whole**2 / float((weight**2).sum()) - 1
    if n < 2 or degrees < 1:
        return mean, float("nan"), degrees
    shares = weight * (values - mean)
    error = float(np.sqrt((shares**2).sum() * n / (n - 1))) / whole
    if clusters is None:
        return mean, error, degrees
    sums = cluster_sums(clusters, shares)
    m = len(sums)
    if m < 2:
        return mean, error * float(np.sqrt(n)), 1.0
    between = float(np.sqrt((sums**2).sum() * m / (m - 1))) / whole
    return mean, max(error, between), min(degrees, m - 1.0)


def mean_limits(values: np.ndarray, weights: np.ndarray | None, clusters: np.ndarray | None, level: float) -> Limits:
    """Low and high of a mean of scores of which no range is known; NaN where they tell no spread.

    Args:
        values: (n,), at least one.
        weights: (n,) above 0, or None.
        clusters: (n,) codes, or None for independent scores.
        level: Confidence level in (0, 1).
    """
    mean, error, degrees = mean_error(values, weights, clusters)
    if not error > 0 or degrees < 1:
        return float("nan"), float("nan")
    quantile = float(stats.t.isf((1 - level) / 2, degrees))
    units = _units(values, weights, clusters, mean)
    ends = mean - quantile * error, mean + quantile * error
    if len(units) < 3:
        return ends
    down, up = (_without_skewness(sign * quantile, units) for sign in (1, -1))
    return min(ends[0], mean - error * down), max(ends[1], mean - error * up)


def bounded_limits(
    values: np.ndarray,
    weights: np.ndarray | None,
    clusters: np.ndarray | None,
    level: float,
    lowest: float,
    highest: float,
) -> Limits:
    """Low and high of a mean of scores from `lowest` to `highest`; NaN from a single one or a single cluster.

    Args:
        values: (n,), at least one.
        weights: (n,) above 0, or None.
        clusters: (n,) codes, or None for independent scores.
        level: Confidence level in (0, 1).
        lowest: The least that a score can be.
        highest: The most.
    """
    n_units = len(values) if clusters is None else len(np.unique(clusters))
    if n_units < 2:
        return float("nan"), float("nan")
    shares = (values - lowest) / (highest - lowest)
    value = float(np.average(shares, weights=weights))
    mean, error, degrees = mean_error(*_with_one_at_each_end(shares, weights, clusters, n_units))
    stretch = float(stats.t.isf((1 - level) / 2, degrees)) / critical(level)
    worth = mean * (1 - mean) / (error * stretch) ** 2
    low, high = (float(end[0]) for end in wilson(np.array([mean * worth]), np.array([worth]), level))
    span = highest - lowest
    return lowest + span * min(low, value), lowest + span * max(high, value)


def _with_one_at_each_end(
    shares: np.ndarray, weights: np.ndarray | None, clusters: np.ndarray | None, n_units: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Two further units of the usual weight; with clusters each is a cluster of its own."""
    weight = np.ones(len(shares)) if weights is None else weights
    usual = float(weight.sum()) / n_units
    more = None
    if clusters is not None:
        more = np.append(np.unique(clusters, return_inverse=True)[1], [n_units, n_units + 1])
    return np.append(shares, [0.0, 1.0]), np.append(weight, [usual, usual]), more


def _units(values: np.ndarray, weights: np.ndarray | None, clusters: np.ndarray | None, mean: float) -> np.ndarray:
    """What each score, or each cluster of them, adds to the distance from the mean."""
    shares = (values - mean) * (1.0 if weights is None else weights)
    return shares if clusters is None else cluster_sums(clusters, shares)


def _without_skewness(quantile: float, units: np.ndarray) -> float:
    """The quantile that Hall's monotone transformation sends to this one."""
    n, spread = len(units), float((units**2).mean())
    skewness = float((units**3).mean()) / spread**1.5 if spread > 0 else 0.0
    a = skewness / np.sqrt(n)
    if abs(a) < 1e-9:
        return quantile
    return float(3 / a * (np.cbrt(1 + a * (quantile - a / 6)) - 1))
