"""Intervals for shares of texts that come in clusters: sentences of one template, counterfactuals of one text."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from boletim.probes.statistics.crossed import ASSUMED_CORRELATION, Estimate, wilson_limits


def clustered_rate(flags: np.ndarray, clusters: Sequence[str], level: float) -> Estimate:
    """Share of flagged texts with an interval for other clusters.

    Args:
        flags: (n,) bool or float64 in [0, 1], n at least 1.
        clusters: The cluster of each text.
        level: Confidence level in (0, 1).

    Returns:
        The share and Wilson's interval at the effective size, with the t quantile of the number of clusters less one.
        The design effect is that of the ratio estimator, and at least that of `ASSUMED_CORRELATION`. With one
        cluster there is no interval.

    References:
        Kish 1965 (design effect, ratio estimator); Korn and Graubard 1998 (effective size and t quantile).
    """
    values = np.asarray(flags, dtype=np.float64)
    share, n = float(values.mean()), len(values)
    _, place = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    sizes = np.bincount(place).astype(np.float64)
    if len(sizes) < 2:
        return Estimate(share)
    residuals = np.bincount(place, weights=values) - share * sizes
    variance = len(sizes) / (len(sizes) - 1) * float((residuals**2).sum()) / n**2
    simple = share * (1 - share) / n
    least = 1 + ASSUMED_CORRELATION * (float((sizes**2).sum()) / n - 1)
    effect = max(least, variance / simple) if simple > 0 else least
    low, high = wilson_limits(share, n / effect, float(stats.t.ppf((1 + level) / 2, len(sizes) - 1)))
    return Estimate(share, low, high, n_effective=n / effect)
