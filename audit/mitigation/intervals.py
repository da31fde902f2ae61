"""Intervals of a change over examples and seeds: both settings saw the same of both.

Had the trainings been made again with other seeds, or other examples been drawn, the change would be another. Its
variance is that over examples alone, and that over seeds, which holds the noise that the two make together and is
pooled over the settings that were trained. Few seeds know their part badly: the squares of the half widths that each
part has with its own t are added. Satterthwaite's degrees of freedom are most where the variance of the seeds came out
too small, and covered .92 instead of .95 (benchmarks/mitigation.py); they serve where intervals hold for several
figures together, which errs on the safe side already.

References:
    Graybill and Wang (1980), Confidence intervals on nonnegative linear combinations of variances, JASA 75:869 (half
    widths are squared and added); Satterthwaite (1946), Biometrics Bulletin 2:110; Owen (2007), The pigeonhole
    bootstrap, Annals of Applied Statistics 1:386 (two crossed sources of variance).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from boletim.audit.mitigation.effects import Effects

_TINY = 1e-300


@dataclass(frozen=True)
class Seeds:
    """How seeds alone move a combination of figures."""

    variance: np.ndarray
    """As the figures' shape: of one training's value, over seeds."""
    degrees: float
    """That the variance is known with."""


@dataclass(frozen=True)
class Ends:
    """Lower and upper ends of intervals."""

    low: np.ndarray
    high: np.ndarray


def seed_variance(first: Effects, second: Effects, sign: int) -> np.ndarray:
    """(m, m) variance over seeds of first[p] + sign second[q], the same seeds in both."""
    return _over_seeds(_combined(first.values, second.values, sign))


def own_seed_variance(effects: Effects) -> np.ndarray:
    """(m,) variance over seeds of each figure."""
    return _over_seeds(effects.values)


def pooled(variances: list[np.ndarray], n_seeds: int) -> Seeds:
    """The mean of several settings' variances of the change from one and the same setting.

    Changes from one setting go together with correlation 1/2, their variances with 1/4, which costs degrees of freedom.
    """
    n = len(variances)
    return Seeds(np.mean(variances, axis=0), (n_seeds - 1) * n / (1 + (n - 1) / 4))


def change_ends(first: Effects, second: Effects, sign: int, seeds: Seeds, level: float, n_joint: int = 1) -> Ends:
    """(m, m) intervals of first[p] + sign second[q].

    Args:
        first: Of one setting.
        second: Of another, on the same examples and with the same seeds.
        sign: 1 or -1.
        seeds: How seeds move these sums.
        level: In (0, 1).
        n_joint: How many of the figures the level is for together (Sidak).
    """
    centre = first.means[:, None] + sign * second.means[None, :]
    examples, shared = _grams(first, second, sign)
    parts = _Parts(examples, shared, first.floor[:, None] + second.floor[None, :], first.pulls.shape)
    return _ends(centre, parts, seeds, level, n_joint)


def own_ends(effects: Effects, seeds: Seeds, level: float, n_joint: int = 1) -> Ends:
    """(m,) intervals of the figures themselves; arguments as for `change_ends`."""
    mean = effects.pulls.mean(axis=0)
    shared = ((effects.pulls - mean) ** 2).sum(axis=(0, 2)) / _n_shared(len(effects.pulls))
    parts = _Parts((mean**2).sum(axis=1), shared, effects.floor, effects.pulls.shape)
    return _ends(effects.means, parts, seeds, level, n_joint)


@dataclass(frozen=True)
class _Parts:
    """Variances of a mean over seeds."""

    examples: np.ndarray
    """Over examples, which holds what is shared."""
    shared: np.ndarray
    """That examples and seeds make together."""
    floor: np.ndarray
    """Of pseudo-examples."""
    shape: tuple[int, ...]
    """(n_seeds, m, n_units)."""


def _ends(centre: np.ndarray, parts: _Parts, seeds: Seeds, level: float, n_joint: int) -> Ends:
    tail, of_examples = (1 + level ** (1 / n_joint)) / 2, max(parts.shape[-1] - 1, 1)
    alone = np.maximum(parts.examples - parts.shared, 0) + parts.floor
    between = seeds.variance / parts.shape[0]
    if n_joint > 1:
        variance = alone + np.maximum(between, parts.shared)
        degrees = variance**2 / (parts.examples**2 / of_examples + between**2 / seeds.degrees + _TINY)
        half = stats.t.ppf(tail, np.maximum(degrees, seeds.degrees)) * np.sqrt(variance)
    else:
        wide, wider = stats.t.ppf(tail, [of_examples, seeds.degrees]) ** 2
        half = np.sqrt(wide * alone + np.maximum(wider * between, wide * parts.shared))
    return Ends(centre - half, centre + half)


def _grams(first: Effects, second: Effects, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """(m, m) sums over units of the squared mean pulls of first[p] + sign second[q], and of what seeds add to them."""
    means = [one.pulls.mean(axis=0) for one in (first, second)]
    total = _squares(means[0], means[1], sign)
    shared = np.zeros_like(total)
    for own, other in zip(first.pulls - means[0], second.pulls - means[1], strict=True):
        shared += _squares(own, other, sign)
    return total, shared / _n_shared(len(first.pulls))


def _squares(first: np.ndarray, second: np.ndarray, sign: int) -> np.ndarray:
    sums = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(sums + 2 * sign * first @ second.T, 0.0))


def _n_shared(n_seeds: int) -> int:
    return n_seeds * max(n_seeds - 1, 1)


def _combined(first: np.ndarray, second: np.ndarray, sign: int) -> np.ndarray:
    return np.asarray(first[:, :, None] + sign * second[:, None, :])


def _over_seeds(values: np.ndarray) -> np.ndarray:
    return np.asarray(values.var(axis=0, ddof=1))
