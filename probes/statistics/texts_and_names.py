"""Shares of real texts with names put into them: the texts and the names are both drawn from more of their kind."""

import numpy as np
from scipy import stats

from boletim.probes.statistics.crossed import ASSUMED_CORRELATION, Estimate, wilson_limits


def rate_over_both(found: np.ndarray, texts: np.ndarray, names: np.ndarray, level: float) -> Estimate:
    """A share with an interval for other texts and other names.

    Args:
        found: (n,) bool, one value per text and name put into it.
        texts: (n,) the text of each.
        names: (n,) the name of each.
        level: Confidence level in (0, 1).

    Returns:
        Wilson's interval at the effective size, with the t quantile of the scarcer of texts and names less one. The
        design effect is at least that of `ASSUMED_CORRELATION` within a text and within a name. Fewer than two texts or
        two names give no interval.

    References:
        Cameron, Gelbach and Miller 2011 (two-way clusters); Korn and Graubard 1998 (effective size and t quantile).
    """
    values = found.astype(np.float64)
    share, n = float(values.mean()), len(values)
    n_texts, n_names = len(np.unique(texts)), len(np.unique(names))
    if min(n_texts, n_names) < 2:
        return Estimate(share)
    simple = share * (1 - share) / n
    least = 1 + ASSUMED_CORRELATION * sum(float((_sizes(of) ** 2).sum()) / n - 1 for of in (texts, names))
    variance = _variance((values - share) / n, texts, names)
    effect = max(least, variance / simple) if simple > 0 else least
    quantile = float(stats.t.ppf((1 + level) / 2, min(n_texts, n_names) - 1))
    low, high = wilson_limits(share, n / effect, quantile)
    return Estimate(share, low, high, n_effective=n / effect)


def difference_over_both(
    found: np.ndarray, is_first: np.ndarray, texts: np.ndarray, names: np.ndarray, level: float
) -> Estimate:
    """Share of the first group of names less that of the others, both put into the same texts.

    Args:
        found: (n,) bool, one value per text and name put into it.
        is_first: (n,) bool, whether the name is of the first group.
        texts: (n,) the text of each; a text with names of both groups is its own control.
        names: (n,) the name of each.
        level: Confidence level in (0, 1).

    Returns:
        The difference, its t interval and the p-value against zero; where neither group varies, the interval comes
        from those of the two shares, without a p-value. Fewer than two texts or two names of a group give
        no interval.

    References:
        Cameron, Gelbach and Miller 2011; Zou and Donner 2008 (an interval of a difference from those of its parts).
    """
    values = found.astype(np.float64)
    sides = [values[is_first], values[~is_first]]
    value = float(sides[0].mean() - sides[1].mean())
    rates = [rate_over_both(found[one], texts[one], names[one], level) for one in (is_first, ~is_first)]
    if any(rate.low is None for rate in rates):
        return Estimate(value)
    steps = np.where(is_first, (values - sides[0].mean()) / len(sides[0]), -(values - sides[1].mean()) / len(sides[1]))
    variance = _variance(steps, texts, names)
    if variance <= 1e-24:
        return difference_of_rates(rates[0], rates[1], level)
    error = float(np.sqrt(variance))
    n_names = [len(np.unique(names[one])) for one in (is_first, ~is_first)]
    df = min(len(np.unique(texts)) - 1, sum(n_names) - 2)
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    return Estimate(value, value - half, value + half, float(2 * stats.t.sf(abs(value) / error, df)))


def difference_of_rates(first: Estimate, second: Estimate, level: float) -> Estimate:
    """The difference of two shares whose examples do not vary at all, from the intervals of the shares.

    Nothing is estimated of how they vary, so the quantile is the normal one, at the effective sizes of the shares.
    There is no p-value.

    References:
        Zou and Donner 2008.
    """
    value, quantile = first.value - second.value, float(stats.norm.ppf((1 + level) / 2))
    if first.n_effective is None or second.n_effective is None:
        return Estimate(value)
    (low, high), (below, above) = (wilson_limits(r.value, r.n_effective or 1.0, quantile) for r in (first, second))
    down, up = np.hypot(first.value - low, above - second.value), np.hypot(high - first.value, second.value - below)
    return Estimate(value, value - float(down), value + float(up))


def _variance(steps: np.ndarray, texts: np.ndarray, names: np.ndarray) -> float:
    """Of a sum of steps in two-way clusters: both ways, less what both count, and never less than either."""
    by_text, by_name = (_of_clusters(steps, of) for of in (texts, names))
    return max(by_text + by_name - float((steps**2).sum()), by_text, by_name)


def _of_clusters(steps: np.ndarray, of: np.ndarray) -> float:
    _, place = np.unique(of, return_inverse=True)
    sums = np.bincount(place, weights=steps)
    return len(sums) / (len(sums) - 1) * float((sums**2).sum())


def _sizes(of: np.ndarray) -> np.ndarray:
    return np.unique(of, return_counts=True)[1].astype(np.float64)
