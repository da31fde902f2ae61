"""How small a gap these numbers of examples could have shown.

A gap is shown when its simultaneous interval lies beyond the margin and its q is small enough. So the power of a gap is
the share of simulated tables of which both are true, and the smallest gap with power 0.8 is searched for. It is a
promise about the whole rule and not about a single test: margin, number of groups and number of tests are in it.

References:
    Cohen (1988), Statistical Power Analysis, ch. 1 (power 0.8); Fleiss, Levin and Paik (2003), Statistical Methods for
    Rates and Proportions, ch. 3 and 4 (two proportions; the continuity correction stands in for Fisher's exact test).
"""

import numpy as np
from scipy import stats

from boletim.audit.statistics.proportions import difference, simultaneous_level, wilson

POWER = 0.8
_N_DRAWS, _BISECTIONS = 1_000, 10


def minimum_detectable_gap(
    successes: np.ndarray,
    trials: np.ndarray,
    level: float,
    margin: float,
    n_tests: int,
    rng: np.random.Generator,
) -> float:
    """Smallest true difference between the smallest group and the others that is shown with power 0.8.

    The other groups have the rate of all groups together (with one pseudo-success and one pseudo-failure, so that a
    rate of 1 is not taken for certain); the smallest lies below it by the gap, or above it where there is no room
    below. Its test must hold against all `n_tests`, as if no other gap were found: with others found, less is enough.

    Args:
        successes: (n_groups,) counts; fractions are effective counts of clustered examples.
        trials: (n_groups,) counts, at least two of them above zero.
        level: Confidence level in (0, 1).
        margin: A gap up to this size counts as none.
        n_tests: Tests in the declared family, at least one.
        rng: For the simulated tables.

    Returns:
        The gap in (margin, 1]; 1 when no difference could be shown.
    """
    n = np.sort(np.rint(trials[trials > 0]).astype(np.int64))
    rate = float((successes.sum() + 1) / (trials.sum() + 2))
    rate = max(rate, 1 - rate)
    seed = int(rng.integers(2**63))

    def has_power(gap: float) -> bool:
        rates = np.r_[rate - gap, np.full(len(n) - 1, rate)]
        drawn = np.random.default_rng(seed).binomial(n, rates, size=(_N_DRAWS, len(n)))
        return bool(_is_shown(drawn, n, level, margin, n_tests).mean() >= POWER)

    if margin >= rate or not has_power(rate):
        return 1.0
    below, above = margin, rate
    for _ in range(_BISECTIONS):
        middle = (below + above) / 2
        below, above = (below, middle) if has_power(middle) else (middle, above)
    return above


def _is_shown(drawn: np.ndarray, n: np.ndarray, level: float, margin: float, n_tests: int) -> np.ndarray:
    """(n_draws,) whether the first group's gap to some other is shown."""
    each = simultaneous_level(level, len(n) * (len(n) - 1) // 2)
    low, high = wilson(drawn, n, each)
    share = drawn / n
    first = (np.broadcast_to(share[:, :1], share[:, 1:].shape), (low[:, :1], high[:, :1]))
    below, above = difference(*first, share[:, 1:], (low[:, 1:], high[:, 1:]))
    lowest = np.maximum(below, -above).max(axis=1)
    return np.asarray((lowest > margin) & (p_values(drawn, n) * max(n_tests, 1) <= 1 - level + 1e-12))


def p_values(drawn: np.ndarray, n: np.ndarray) -> np.ndarray:
    """(n_draws,) chi-square p of equal rates; with Yates's correction for two groups."""
    together = drawn.sum(axis=1, keepdims=True) / n.sum()
    spread = np.maximum(n * together * (1 - together), 1e-300)
    apart = np.abs(drawn - n * together)
    if len(n) == 2:
        apart = np.maximum(apart - 0.5, 0)
    return np.asarray(stats.chi2.sf((apart**2 / spread).sum(axis=1), len(n) - 1))
