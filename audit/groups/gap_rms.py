"""Root mean square over classes of the recall gap, and what chance alone gives it.

References:
    De-Arteaga et al. (2019), Bias in Bios, FAT*, sec. 4; Romanov et al. (2019), What's in a Name?, NAACL (the RMS).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.audit.groups.gaps import GroupFigures
from boletim.audit.statistics.folded import folded_limits
from boletim.contracts.method import AGAINST_PERMUTATION, BOOTSTRAP, PERMUTATION, STANDARD_ERRORS, Method


@dataclass(frozen=True)
class RmsGap:
    """The figure, its interval, and its mean when the groups do not differ."""

    value: float
    low: float
    high: float
    null_mean: float
    n: int


def recall_gap_rms(sets: Sequence[GroupFigures], n_draws: int, level: float, rng: np.random.Generator) -> RmsGap:
    """sqrt(mean over classes of (max - min recall)^2).

    The figure is biased upwards when the groups do not differ: compare it with `null_mean`, from permuting the groups
    within each class (with clusters or weights: from equal recalls and their standard errors).

    Args:
        sets: Recalls of the judged groups, one set per class, at least one.
        n_draws: Number of replicates and of permutations.
        level: Confidence level in (0, 1).
        rng: Source of randomness.
    """
    value = float(np.sqrt(np.mean([np.ptp(figures.values) ** 2 for figures in sets])))
    seed = int(rng.integers(2**63))

    def figure_at(scale: float) -> np.ndarray:
        again = np.random.default_rng(seed)
        return _rms([_resampled(figures, scale, n_draws, again) for figures in sets])

    low, high = folded_limits(value, figure_at, level)
    null = _rms([_permuted(figures, n_draws, rng) for figures in sets])
    return RmsGap(value, low, min(high, 1.0), float(null.mean()), int(sum(figures.n.sum() for figures in sets)))


def rms_methods(figures: GroupFigures) -> tuple[Method, Method]:
    """How the interval of the figure and its mean without differences are made, by one of its sets."""
    if figures.is_proportion:
        return BOOTSTRAP + AGAINST_PERMUTATION, PERMUTATION
    return figures.compared_by(STANDARD_ERRORS), STANDARD_ERRORS


def _rms(recalls: Sequence[np.ndarray]) -> np.ndarray:
    """(n_draws,) from one (n_draws, n_groups) array per class."""
    squares = np.zeros(len(recalls[0]))
    for recall in recalls:
        squares += np.ptp(recall, axis=1) ** 2
    return np.sqrt(squares / len(recalls))


def _resampled(figures: GroupFigures, scale: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """(n_draws, n_groups) recalls, drawn after pulling the groups to `scale` times their distance from all together."""
    size = (n_draws, len(figures.values))
    if not figures.is_proportion:
        return scale * figures.values + figures.standard_errors * rng.standard_normal(size)
    n = figures.n.astype(np.int64)
    together = (figures.values * n).sum() / n.sum()
    chance = ((together + scale * (figures.values - together)) * n + 0.5) / (n + 1)
    return np.asarray(rng.binomial(n, chance, size=size) / n)


def _permuted(figures: GroupFigures, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """(n_draws, n_groups) recalls with the groups permuted within the class."""
    if not figures.is_proportion:
        return np.asarray(rng.standard_normal((n_draws, len(figures.values))) * figures.standard_errors)
    n = figures.n.astype(np.int64)
    hits = int(np.rint(figures.values * n).sum())
    return np.asarray(rng.multivariate_hypergeometric(n, hits, size=n_draws) / n)
