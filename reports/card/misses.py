"""How surely a figure lies on the wrong side of a bar, and how surely several do.

References:
    Altman and Bland (2011), How to obtain the P value from a confidence interval, BMJ 343:d2304; Wilson (1927), JASA
    22:209 (the score test, which his interval inverts); Holm (1979), Scandinavian Journal of Statistics 6:65; Benjamini
    and Hochberg (1995), JRSS B 57:289.
"""

from collections.abc import Sequence
from statistics import NormalDist

from boletim.contracts.measure import Measure
from boletim.contracts.method import WILSON

_NORMAL = NormalDist()


def p_of_miss(measure: Measure, bar: float, *, is_floor: bool) -> float | None:
    """Two-sided p that the true figure is at the bar, 1 where the value is on the right side; None without an interval.

    A share with Wilson's interval has its score test; of any other figure the half of the interval that faces the bar
    gives the standard error. So p is at most 1 - level exactly where the interval excludes the bar.

    Args:
        measure: With value, limits and level.
        bar: What the figure shall reach (`is_floor`) or not pass.
        is_floor: The bar is the least and not the most.
    """
    if measure.value is None or measure.low is None or measure.high is None or measure.level is None:
        return None
    apart = bar - measure.value if is_floor else measure.value - bar
    if apart <= 0:
        return 1.0
    quantile = _NORMAL.inv_cdf((1 + measure.level) / 2)
    error = ((measure.high - measure.value) if is_floor else (measure.value - measure.low)) / quantile
    if measure.method == WILSON and measure.unit == "share" and 0 < bar < 1 and measure.n:
        error = (bar * (1 - bar) / measure.n) ** 0.5
    return two_sided(apart / error) if error > 0 else 0.0


def two_sided(z: float) -> float:
    """Two-sided p of a standard normal figure."""
    return min(1.0, 2 * _NORMAL.cdf(-abs(z)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: rejecting where they are at most r makes any false rejection as rare as r.

    Args:
        p_values: In [0, 1], in any order; the result has the same order.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, reached = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """q: rejecting where it is at most r keeps the share of false rejections at r.

    Args:
        p_values: In [0, 1], in any order; the result has the same order.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i], reverse=True)
    adjusted, reached = [0.0] * len(p_values), 1.0
    for rank, place in enumerate(order):
        reached = min(reached, p_values[place] * len(p_values) / (len(p_values) - rank))
        adjusted[place] = reached
    return adjusted
