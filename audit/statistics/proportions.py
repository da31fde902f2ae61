"""Intervals for proportions, their differences and their ratios.

References:
    Wilson (1927), JASA 22:209. Newcombe (1998), Statistics in Medicine 17:857 (single) and 17:873 (differences,
    method 10) and 17:2635 (paired, method 10). Zou and Donner (2008), Statistics in Medicine 27:1693 (square-and-add
    for any two intervals); Donner and Zou (2012), Statistical Methods in Medical Research 21:347 (ratios).
"""

from functools import cache

import numpy as np
from scipy import stats

Limits = tuple[np.ndarray, np.ndarray]


@cache
def critical(level: float) -> float:
    """Two-sided standard normal quantile: 1.96 at level 0.95."""
    return float(stats.norm.isf((1 - level) / 2))


@cache
def critical_t(level: float, degrees: int) -> float:
    """Two-sided quantile of Student's t: 2.26 at level 0.95 with 9 degrees of freedom."""
    return float(stats.t.isf((1 - level) / 2, degrees))


def simultaneous_level(level: float, n_comparisons: int) -> float:
    """Bonferroni: the level of each interval so that all `n_comparisons` hold together at `level`."""
    return 1 - (1 - level) / max(n_comparisons, 1)


def wilson(successes: np.ndarray, trials: np.ndarray, level: float) -> Limits:
    """Wilson's score interval.

    Args:
        successes: Counts, any shape.
        trials: Counts, the same shape.
        level: Confidence level in (0, 1).

    Returns:
        Low and high, float64 in [0, 1]; NaN where there are no trials.
    """
    x, n = np.broadcast_arrays(np.asarray(successes, float), np.asarray(trials, float))
    z2 = critical(level) ** 2
    known = n > 0
    size = np.where(known, n, 1.0)
    centre = (x + z2 / 2) / (size + z2)
    half = np.sqrt(z2) / (size + z2) * np.sqrt(x * (size - x) / size + z2 / 4)
    low = np.where(x == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(x == size, 1.0, np.clip(centre + half, 0, 1))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def difference(first: np.ndarray, first_limits: Limits, second: np.ndarray, second_limits: Limits) -> Limits:
    """Interval for `first - second` from an interval for each of two independent figures, by square-and-add.

    With Wilson's limits for two proportions this is Newcombe's hybrid score interval.

    Args:
        first: Values, any shape.
        first_limits: Their low and high.
        second: Values, the same shape.
        second_limits: Their low and high.

    Returns:
        Low and high of the difference.
    """
    gap = first - second
    low = gap - np.hypot(first - first_limits[0], second_limits[1] - second)
    high = gap + np.hypot(first_limits[1] - first, second - second_limits[0])
    return low, high


def ratio(first: np.ndarray, first_limits: Limits, second: np.ndarray, second_limits: Limits) -> Limits:
    """Interval for `first / second`, both >= 0 and independent, by the ratio form of square-and-add.

    Returns:
        Low and high; high is infinity where the second's interval reaches zero.
    """
    (l1, u1), (l2, u2) = first_limits, second_limits
    product = first * second
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.maximum(product**2 - l1 * u2 * (2 * first - l1) * (2 * second - u2), 0)
        above = np.maximum(product**2 - u1 * l2 * (2 * first - u1) * (2 * second - l2), 0)
        low_base, high_base = u2 * (2 * second - u2), l2 * (2 * second - l2)
        low = np.where(low_base > 0, (product - np.sqrt(below)) / low_base, l1 / u2)
        high = np.where(high_base > 0, (product + np.sqrt(above)) / high_base, np.inf)
    return np.maximum(np.nan_to_num(low, nan=0.0), 0.0), high


def paired_difference(
    both: float, first_only: float, second_only: float, neither: float, level: float
) -> tuple[float, float]:
    """Newcombe's interval for the difference of two proportions on the same examples (method 10).

    Args:
        both: Examples on which both succeed; not whole where clusters leave fewer.
        first_only: Only the first.
        second_only: Only the second.
        neither: Neither.
        level: Confidence level in (0, 1).

    Returns:
        Low and high of first - second, in [-1, 1]; (-1, 1) without examples.
    """
    n = both + first_only + second_only + neither
    if n == 0:
        return -1.0, 1.0
    p1, p2 = (both + first_only) / n, (both + second_only) / n
    (l1, u1), (l2, u2) = (tuple(map(float, wilson(np.array(p * n), np.array(n), level))) for p in (p1, p2))
    product = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither)
    phi = 0.0
    if product > 0:
        excess = both * neither - first_only * second_only
        phi = (max(excess - n / 2, 0) if excess > 0 else excess) / float(np.sqrt(float(product)))
    d1, d2 = p1 - l1, u2 - p2
    e1, e2 = u1 - p1, p2 - l2
    low = p1 - p2 - np.sqrt(max(d1**2 - 2 * phi * d1 * d2 + d2**2, 0))
    high = p1 - p2 + np.sqrt(max(e2**2 - 2 * phi * e1 * e2 + e1**2, 0))
    return float(max(low, -1.0)), float(min(high, 1.0))


def auc_limits(value: float, variance: float, n_smaller: int, level: float) -> tuple[float, float]:
    """Interval for an AUC on the logit scale, where it stays inside (0, 1).

    The quantile is that of t with the smaller side's n - 1 degrees of freedom: DeLong's variance is itself estimated,
    and with ten examples of a class the normal quantile covers 91 % instead of 95 % (benchmarks/coverage/coverage.py).

    Where DeLong's variance says nothing (perfect separation, a single example on one side) the interval is Wilson's,
    with the smaller class's n as the number of trials.

    Args:
        value: The AUC.
        variance: Its DeLong variance.
        n_smaller: Examples of the smaller side.
        level: Confidence level in (0, 1).
    """
    if variance <= 1e-18 or n_smaller < 2 or not 0 < value < 1:
        low, high = wilson(np.array(value * n_smaller), np.array(n_smaller), level)
        return float(low), float(high)
    logit = np.log(value / (1 - value))
    half = critical_t(level, n_smaller - 1) * np.sqrt(variance) / (value * (1 - value))
    return float(1 / (1 + np.exp(half - logit))), float(1 / (1 + np.exp(-half - logit)))
