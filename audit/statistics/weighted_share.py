"""A share of weighted examples, and its interval."""

import numpy as np

from boletim.audit.statistics.proportions import Limits, critical, critical_t, wilson


def weighted_wilson(
    successes: np.ndarray, trials: np.ndarray, sizes: tuple[np.ndarray, np.ndarray, np.ndarray], level: float
) -> Limits:
    """Wilson's interval with the number of trials that unequal weights leave, and t for what they tell of the variance.

    Where all trials succeed or none does, the effective number is Kish's, (sum w)^2 / sum w^2.

    Args:
        successes: (m, k) 0 or 1, of one example of each kind.
        trials: (m, k) 0 or 1.
        sizes: (m,) each: examples of the kind, sum of their weights, sum of the squares.
        level: Confidence level in (0, 1).

    Returns:
        Low and high, (k,) each; NaN without trials.
    """
    n, total, squares = sizes
    n_trials, whole, square = n @ (trials > 0), total @ trials, squares @ trials
    size = np.where(whole > 0, whole, 1.0)
    share = total @ successes / size
    spread = squares @ (successes - share * trials) ** 2 * n_trials / np.maximum(n_trials - 1, 1) / size**2
    kish = np.where(square > 0, whole**2 / np.where(square > 0, square, 1.0), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        is_mixed = (spread > 0) & (share > 0) & (share < 1)
        effective = np.where(is_mixed, np.minimum(share * (1 - share) / spread, n_trials), kish)
    ratio = np.array([critical(level) / critical_t(level, max(int(one) - 1, 1)) for one in np.atleast_1d(kish)])
    effective = effective * ratio.reshape(np.shape(effective)) ** 2
    return wilson(np.clip(share, 0, 1) * effective, effective, level)
