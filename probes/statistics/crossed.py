"""Intervals for contrasts that share frames and professions: the rows and the columns of one table."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

ASSUMED_CORRELATION = 0.05
"""Least correlation of flips within a frame and within a profession, a usual planning value in cluster trials:
where flips are too few to show how they cluster, independence must not be read from their rarity."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval; the limits are None when there are too few frames for one."""

    value: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    """Two-sided, against a mean of zero."""
    n_effective: float | None = None
    """Size of a simple random sample with the same precision, for rates."""


@dataclass(frozen=True)
class _Spread:
    """Variance of the mean of a crossed table."""

    variance: float
    df: float


def crossed_mean(values: np.ndarray, level: float) -> Estimate:
    """Mean over frames and professions, with an interval for other frames and other professions.

    Args:
        values: (n_frames, n_professions) float64, one value per contrast.
        level: Confidence level in (0, 1).

    Returns:
        The mean, its t interval and the p-value against zero. The variance is that of a two-way random-effects
        layout, (MS_frames + MS_professions - MS_rest) / n, never less than that of either factor alone, with
        Satterthwaite's degrees of freedom. With one profession it is the t interval over frames; with one frame
        there is no interval. Values that are all equal give an interval of length zero.

    References:
        Searle, Casella and McCulloch 1992, ch. 4; Cameron, Gelbach and Miller 2011 (the same variance, unbalanced);
        Satterthwaite 1946.
    """
    value = float(values.mean())
    spread = _spread(values)
    if spread is None:
        return Estimate(value)
    error = float(np.sqrt(spread.variance))
    if error <= 1e-12:
        return Estimate(value, value, value, 1.0 if abs(value) <= 1e-12 else 0.0)
    half = float(stats.t.ppf((1 + level) / 2, spread.df)) * error
    return Estimate(value, value - half, value + half, float(2 * stats.t.sf(abs(value) / error, spread.df)))


def crossed_rate(flips: np.ndarray, level: float) -> Estimate:
    """Share of contrasts that flip, with an interval for other frames and other professions.

    Args:
        flips: (n_frames, n_professions) bool.
        level: Confidence level in (0, 1).

    Returns:
        The share and Wilson's interval at the effective number of contrasts, n over the design effect, with the t
        quantile in place of the normal one. The design effect is at least that of `ASSUMED_CORRELATION`, so a
        share of 0 has an upper limit above 0. With one frame there is no interval.

    References:
        Wilson 1927; Kish 1965 (design effect); Korn and Graubard 1998 (effective size and t quantile).
    """
    share, n = float(flips.mean()), flips.size
    spread = _spread(flips.astype(np.float64))
    if spread is None:
        return Estimate(share)
    n_frames, n_professions = flips.shape
    least = 1 + ASSUMED_CORRELATION * (n_professions - 1 + n_frames - 1)
    simple = share * (1 - share) / n
    effect = max(least, spread.variance / simple) if simple > 0 else least
    n_effective = n / effect
    quantile = float(stats.t.ppf((1 + level) / 2, spread.df if simple > 0 else n_frames - 1))
    low, high = wilson_limits(share, n_effective, quantile)
    return Estimate(share, low, high, n_effective=n_effective)


def _spread(values: np.ndarray) -> _Spread | None:
    n_frames, n_professions = values.shape
    if n_frames < 2:
        return None
    frames = n_professions * float(values.mean(axis=1).var(ddof=1))
    if n_professions < 2:
        return _Spread(frames / values.size, n_frames - 1)
    professions = n_frames * float(values.mean(axis=0).var(ddof=1))
    residuals = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    df_rest = (n_frames - 1) * (n_professions - 1)
    rest = float((residuals**2).sum()) / df_rest
    both = frames + professions - rest
    if both <= max(frames, professions):
        larger_is_frames = frames >= professions
        df = (n_frames if larger_is_frames else n_professions) - 1
        return _Spread(max(frames, professions) / values.size, df)
    parts = frames**2 / (n_frames - 1) + professions**2 / (n_professions - 1) + rest**2 / df_rest
    return _Spread(both / values.size, max(1.0, both**2 / parts))


def wilson_limits(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's interval of a share in [0, 1] at an effective size and a quantile; exact at the ends."""
    square = quantile**2 / n
    middle = (share + square / 2) / (1 + square)
    half = quantile / (1 + square) * float(np.sqrt(share * (1 - share) / n + square / (4 * n)))
    return max(0.0, middle - half) if share > 0 else 0.0, min(1.0, middle + half) if share < 1 else 1.0
