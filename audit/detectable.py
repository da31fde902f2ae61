"""How small a gap these numbers of examples could have shown.

References:
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, ch. 4 (sample size for two
    proportions).
"""

import numpy as np
from scipy import stats

POWER = 0.8


def minimum_detectable_gap(successes: np.ndarray, trials: np.ndarray, level: float) -> float:
    """Smallest true difference that a two-sided test of the two smallest groups finds with power 0.8.

    One group has the rate of all groups together (with one pseudo-success and one pseudo-failure, so that a rate of 1
    is not taken for certain); the other lies below it by the gap, or above it where there is no room below. The test is
    at 1 - level, before any correction for the number of comparisons.

    Args:
        successes: (n_groups,) counts.
        trials: (n_groups,) counts, at least two of them above zero.
        level: Confidence level in (0, 1).

    Returns:
        The gap in (0, 1]; 1 when no difference could be found.
    """
    n1, n2 = np.sort(trials[trials > 0])[:2]
    rate = (successes.sum() + 1) / (trials.sum() + 2)
    rate = max(rate, 1 - rate)
    gaps = np.linspace(0, rate, 2001)[1:]
    other = rate - gaps
    pooled = (n1 * rate + n2 * other) / (n1 + n2)
    needed = stats.norm.isf((1 - level) / 2) * np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    needed += stats.norm.ppf(POWER) * np.sqrt(rate * (1 - rate) / n1 + other * (1 - other) / n2)
    reached = np.flatnonzero(gaps >= needed)
    return float(gaps[reached[0]]) if len(reached) else 1.0
