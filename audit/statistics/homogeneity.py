"""Tests of no difference between groups.

References:
    Fisher (1922), JRSS 85:87; Pearson (1900); Cochran (1954), Biometrics 10:101 (the Q of heterogeneity);
    McNemar (1947), Psychometrika 12:153; Fagerland et al. (2013), BMC Medical Research Methodology 13:91 (mid-p);
    Phipson and Smyth (2010), SAGMB 9:39 (Monte-Carlo p-values are never 0).
"""

import numpy as np
from scipy import stats

_FIRST_DRAWS, _MORE_DRAWS = 1_999, 18_000


def same_proportion(successes: np.ndarray, trials: np.ndarray, rng: np.random.Generator) -> float:
    """Two-sided p of "every group has the same proportion".

    Fisher's exact test for two groups. For more, the chi-square test, whose p is taken from random tables with the same
    margins (1,999 of them, 19,999 where few reach the observed statistic) when an expected count is below 5.

    Args:
        successes: (n_groups,) counts.
        trials: (n_groups,) counts, each at least 1.
        rng: For the random tables.

    Returns:
        p in (0, 1]; 1 with fewer than two groups, or when all succeed or none does.
    """
    x, n = np.asarray(successes, np.int64), np.asarray(trials, np.int64)
    if len(x) < 2 or x.sum() in (0, n.sum()):
        return 1.0
    if len(x) == 2:
        return float(stats.fisher_exact([x, n - x]).pvalue)
    observed = float(_chi_square(x, n))
    share = x.sum() / n.sum()
    if min(share, 1 - share) * n.min() >= 5:
        return float(stats.chi2.sf(observed, len(x) - 1))
    n_draws, n_reached = 0, 0
    for more in (_FIRST_DRAWS, _MORE_DRAWS):
        drawn = rng.multivariate_hypergeometric(n, int(x.sum()), size=more)
        n_reached += int((_chi_square(drawn, n) >= observed * (1 - 1e-9)).sum())
        n_draws += more
        if n_reached >= 20:
            break
    return (n_reached + 1) / (n_draws + 1)


def same_value(values: np.ndarray, standard_errors: np.ndarray) -> float:
    """Two-sided p of "every group has the same value", by Cochran's Q of independent estimates.

    Args:
        values: (n_groups,) estimates.
        standard_errors: (n_groups,), above 0.

    Returns:
        p in [0, 1]; 1 with fewer than two groups.
    """
    if len(values) < 2:
        return 1.0
    weights = 1 / np.maximum(standard_errors, 1e-12) ** 2
    mean = (weights * values).sum() / weights.sum()
    return float(stats.chi2.sf((weights * (values - mean) ** 2).sum(), len(values) - 1))


def mcnemar(first_only: int, second_only: int) -> float:
    """Exact two-sided McNemar p from the two discordant counts; 1 when there are none."""
    n = first_only + second_only
    return float(stats.binomtest(first_only, n).pvalue) if n else 1.0


def mcnemar_mid(first_only: int, second_only: int) -> float:
    """McNemar's two-sided mid-p from the two discordant counts; 1 when there are none.

    Half of the observed table's chance is left out, which makes the test less conservative than the exact one and,
    unlike the asymptotic one, keeps it near its level in small samples (Fagerland et al., 2013).
    """
    n = first_only + second_only
    if not n:
        return 1.0
    below = stats.binom.cdf(min(first_only, second_only), n, 0.5)
    at = stats.binom.pmf(min(first_only, second_only), n, 0.5)
    return float(min(1.0, 2 * below - at))


def _chi_square(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    share = successes.sum(axis=-1, keepdims=True) / trials.sum()
    expected = share * trials
    spread = expected * (1 - share)
    result: np.ndarray = ((successes - expected) ** 2 / spread).sum(axis=-1)
    return result
