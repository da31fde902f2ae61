"""Changes of a largest gap and of a lowest recall, whose place nobody chose beforehand.

A gap is a maximum of absolute differences, and its change one of |a| - |b|. With u = a - b and v = a + b this is
sign(uv) min(|u|, |v|), so that intervals of u and v, which have no kink, give one of it; where a gap is clear in both
settings it is that of u. Of several differences the change of the largest lies between max-min over them of the lower
ends and of the upper ends, the intervals being simultaneous over the differences (Sidak).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.audit.mitigation.effects import Cell, Effects
from boletim.audit.mitigation.intervals import Seeds, change_ends, own_ends


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval."""

    value: float
    low: float
    high: float


def pairs_matrix(cells: Sequence[Cell]) -> np.ndarray:
    """(n_pairs, n_cells): 1 and -1 for each two groups of one class."""
    rows = []
    for first in range(len(cells)):
        for second in range(first + 1, len(cells)):
            if cells[first].label == cells[second].label:
                row = np.zeros(len(cells))
                row[first], row[second] = 1.0, -1.0
                rows.append(row)
    return np.array(rows).reshape(-1, len(cells))


def largest_gap(gaps: Effects, seeds: Seeds, level: float) -> Estimate:
    """The largest absolute difference of one setting; `seeds` of the differences themselves."""
    ends = own_ends(gaps, seeds, level, len(gaps.means))
    lows = np.where((ends.low <= 0) & (ends.high >= 0), 0.0, np.minimum(abs(ends.low), abs(ends.high)))
    highs = np.maximum(abs(ends.low), abs(ends.high))
    value = float(abs(gaps.means).max())
    return Estimate(value, float(lows.max()), min(float(highs.max()), 1.0))


def change_of_largest_gap(now: Effects, then: Effects, apart: Seeds, together: Seeds, level: float) -> Estimate:
    """How much the largest absolute difference grew.

    Args:
        now: Signed differences of the setting.
        then: The same of what it is compared with.
        apart: How seeds move now - then.
        together: How they move now + then.
        level: In (0, 1).
    """
    n = len(now.means)
    u, v = change_ends(now, then, -1, apart, level, n), change_ends(now, then, 1, together, level, n)
    corners = np.array([_fold(one, other) for one in (u.low, u.high) for other in (v.low, v.high)])
    low = corners.min(axis=0).min(axis=1).max()
    high = corners.max(axis=0).min(axis=1).max()
    value = float(abs(now.means).max() - abs(then.means).max())
    return Estimate(value, max(float(low), -1.0), min(float(high), 1.0))


def lowest(figures: Effects, seeds: Seeds, level: float) -> Estimate:
    """The lowest of several recalls."""
    ends = own_ends(figures, seeds, level, len(figures.means))
    value = float(figures.means.min())
    return Estimate(value, max(float(ends.low.min()), 0.0), min(float(ends.high.min()), 1.0))


def change_of_lowest(now: Effects, then: Effects, seeds: Seeds, level: float) -> Estimate:
    """How much the lowest of several recalls rose; `seeds` of now - then."""
    ends = change_ends(now, then, -1, seeds, level, len(now.means))
    low, high = ends.low.max(axis=1).min(), ends.high.max(axis=1).min()
    return Estimate(float(now.means.min() - then.means.min()), max(float(low), -1.0), min(float(high), 1.0))


def change_of(now: Effects, then: Effects, place: int, seeds: Seeds, level: float) -> Estimate:
    """How much one figure rose."""
    ends = change_ends(now, then, -1, seeds, level)
    value = float(now.means[place] - then.means[place])
    low, high = ends.low[place, place], ends.high[place, place]
    return Estimate(value, max(float(low), -1.0), min(float(high), 1.0))


def own(figures: Effects, place: int, seeds: Seeds, level: float) -> Estimate:
    """One figure of a setting, a share."""
    ends = own_ends(figures, seeds, level)
    value = float(figures.means[place])
    return Estimate(value, max(float(ends.low[place]), 0.0), min(float(ends.high[place]), 1.0))


def _fold(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """|a| - |b| where u = a - b and v = a + b."""
    return np.asarray(np.sign(u * v) * np.minimum(abs(u), abs(v)))
