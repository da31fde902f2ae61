"""Figures whose variance is the sum of the examples' squared shares in it, and their intervals.

A smooth figure of many examples moves, when one example's weight grows by a little, by that example's influence. The
sum of their squares estimates the figure's variance; summed within clusters first, that of clustered examples.

References:
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 2.7 (empirical influence).
"""

from dataclasses import dataclass

import numpy as np

from boletim.audit.statistics.proportions import auc_limits, critical


@dataclass(frozen=True)
class Influenced:
    """Figures of one set of examples and what their variance is made of."""

    values: np.ndarray
    """(k,) figures; NaN where undefined."""
    influence: np.ndarray
    """(n, k) each example's share in the deviation of each figure."""
    n_smaller: np.ndarray
    """(k,) the examples on which it rests most, for an interval where the variance says nothing."""


def influence_limits(found: Influenced, level: float, lowest: float, highest: float) -> tuple[np.ndarray, np.ndarray]:
    """Low and high of each figure, (k,) each; NaN where undefined.

    On the logit scale where the figure lies in [0, 1] by definition, otherwise on its own scale, cut at its ends.

    Args:
        found: Figures and influences.
        level: Confidence level in (0, 1).
        lowest: The smallest possible value.
        highest: The largest.
    """
    low, high = np.full(found.values.shape, np.nan), np.full(found.values.shape, np.nan)
    variance = (found.influence**2).sum(axis=0)
    for c in np.flatnonzero(~np.isnan(found.values)):
        value = float(found.values[c])
        if (lowest, highest) == (0.0, 1.0):
            low[c], high[c] = auc_limits(value, float(variance[c]), int(found.n_smaller[c]), level)
        else:
            half = critical(level) * float(np.sqrt(variance[c]))
            low[c], high[c] = max(value - half, lowest), min(value + half, highest)
    return low, high
