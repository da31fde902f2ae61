"""The difference between two groups of names, each name in every frame."""

import numpy as np
from scipy import stats

from boletim.probes.statistics.crossed import Estimate


def two_group_difference(first: np.ndarray, second: np.ndarray, level: float) -> Estimate:
    """Mean of the first group minus mean of the second, with an interval for other names and other frames.

    Args:
        first: (n_frames, n_names) float64, one value per frame and name.
        second: (n_frames, n_other_names) float64, the same frames.
        level: Confidence level in (0, 1).

    Returns:
        The difference, its t interval and the p-value against zero. The variance is that between names (Welch) plus
        that of the difference between frames, less what both count twice, and never less than either. Fewer than two
        frames or two names of a group give no interval.

    References:
        Welch 1947; Satterthwaite 1946; Searle, Casella and McCulloch 1992, ch. 4 (crossed random effects).
    """
    value = float(first.mean() - second.mean())
    n_frames = len(first)
    if n_frames < 2 or first.shape[1] < 2 or second.shape[1] < 2:
        return Estimate(value)
    parts = [float(group.mean(axis=0).var(ddof=1)) / group.shape[1] for group in (first, second)]
    names = parts[0] + parts[1]
    frames = float((first.mean(axis=1) - second.mean(axis=1)).var(ddof=1)) / n_frames
    variance: float = max(names + frames - _rest(first) - _rest(second), names, frames)
    if variance <= 1e-24:
        return Estimate(value, value, value, 1.0 if abs(value) <= 1e-12 else 0.0)
    error = float(np.sqrt(variance))
    spread = [part**2 / (group.shape[1] - 1) for part, group in zip(parts, (first, second), strict=True)]
    df = max(1.0, variance**2 / (spread[0] + spread[1] + frames**2 / (n_frames - 1)))
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    return Estimate(value, value - half, value + half, float(2 * stats.t.sf(abs(value) / error, df)))


def _rest(group: np.ndarray) -> float:
    """Variance of the mean that is of neither frames nor names."""
    n_frames, n_names = group.shape
    residuals = group - group.mean(axis=0) - group.mean(axis=1, keepdims=True) + group.mean()
    return float((residuals**2).sum() / ((n_frames - 1) * (n_names - 1) * n_frames * n_names))
