"""How much a loss still falls: over the second half of its evaluations, and in as much training again."""

import math

import numpy as np

from boletim.contracts.curve_rules import n_last

_SPEEDS = np.r_[0.05, np.arange(0.25, 12.1, 0.25)]
"""Of the exponential, in lengths of the curve; the slowest is a straight line."""


def fall(loss: np.ndarray, least: float = 1e-12) -> float:
    """By how much of its level the line through the second half falls, of (n,) losses; infinite where one is NaN.

    A level below `least` counts as `least`.
    """
    last = loss[-n_last(len(loss)) :]
    if np.isnan(last).any():
        return math.inf
    slope = float(np.polyfit(np.arange(len(last)), last, 1)[0])
    return -slope * (len(last) - 1) / max(float(last.mean()), least)


def to_come(*curves: np.ndarray) -> tuple[float, ...]:
    """What each loss would still fall in as much training again, as a share of where it ends.

    By a decay to a floor of its own, of one speed for all, fitted by least squares: noise that looks like a fall in one
    curve rarely does in both.

    Args:
        curves: (n,) losses of the same evaluations, three or more; one with a NaN takes no part and gives infinity.
    """
    known = [curve for curve in curves if not np.isnan(curve).any()]
    if not known:
        return (math.inf,) * len(curves)
    x = np.linspace(0, 1, len(known[0]))
    fits = []
    for speed in _SPEEDS:
        columns = np.column_stack([np.ones(len(x)), np.exp(-speed * x)])
        inverse = np.linalg.pinv(columns)
        errors = [((curve - columns @ (inverse @ curve)) / max(abs(curve.mean()), 1e-12)) ** 2 for curve in known]
        fits.append((float(np.sum(errors)), speed, inverse))
    _, speed, inverse = min(fits, key=lambda fit: fit[0])
    return tuple(math.inf if np.isnan(curve).any() else _share(inverse @ curve, float(speed)) for curve in curves)


def _share(fit: np.ndarray, speed: float) -> float:
    floor, height = (float(part) for part in fit)
    end, later = (floor + height * math.exp(-speed * length) for length in (1, 2))
    return (end - later) / max(end, 1e-12)
