"""Intervals and tests for independent texts, each scored before and after a swap."""

import numpy as np
from scipy import stats

from boletim.probes.statistics.crossed import Estimate


def share(count: int, n: int, level: float) -> Estimate:
    """Share of independent texts with Wilson's interval; `n` must not be 0.

    References:
        Wilson 1927.
    """
    interval = stats.binomtest(count, n).proportion_ci(level, method="wilson")
    return Estimate(count / n, float(interval.low), float(interval.high))


def net_share(n_toward: int, n_away: int, n: int, level: float) -> Estimate:
    """Share of texts that move toward a class minus the share that move away, as pairs.

    Returns:
        The difference in [-1, 1], the adjusted Wald interval for paired proportions, and McNemar's exact p.

    References:
        Bonett and Price 2012 (interval); McNemar 1947.
    """
    toward, away = (n_toward + 1) / (n + 2), (n_away + 1) / (n + 2)
    half = float(stats.norm.ppf((1 + level) / 2)) * float(np.sqrt((toward + away - (toward - away) ** 2) / (n + 2)))
    discordant = n_toward + n_away
    p = float(stats.binomtest(n_toward, discordant).pvalue) if discordant else 1.0
    return Estimate((n_toward - n_away) / n, toward - away - half, toward - away + half, p)


def mean_gap(gaps: np.ndarray, level: float) -> Estimate:
    """Mean of signed gaps, (n,) float64, with the t interval and the t test against zero.

    With one text there is no interval.
    """
    value, n = float(gaps.mean()), len(gaps)
    if n < 2:
        return Estimate(value)
    error = float(gaps.std(ddof=1) / np.sqrt(n))
    if error <= 1e-12:
        return Estimate(value, value, value, 1.0 if abs(value) <= 1e-12 else 0.0)
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    return Estimate(value, value - half, value + half, float(2 * stats.t.sf(abs(value) / error, n - 1)))


def mean_distance(distances: np.ndarray, level: float, seed: int, n_replicates: int) -> Estimate:
    """Mean of skewed, never negative distances, (n,) float64, with the percentile bootstrap over texts.

    With one text there is no interval.
    """
    value, n = float(distances.mean()), len(distances)
    if n < 2:
        return Estimate(value)
    generator = np.random.default_rng(seed)
    means = np.array([distances[generator.integers(0, n, n)].mean() for _ in range(n_replicates)])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high))
