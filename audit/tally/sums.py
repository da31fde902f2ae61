"""Sufficient statistics of predictions: all that the audit's figures need, whatever the number of rows.

Every row belongs to one cell, the crossing of all group columns. Per cell are kept the confusion counts (exact for
every figure of predicted labels), sums of the per-example losses, counts of scores in fine bins (AUC) and sums in fine
bins of confidence (calibration). A subset of the audit is the sum of its cells (`summed_subsets`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

LEAST, ADDED = " at the likeliest class", " added by the second likeliest"
"""After a loss's name: its moments if the likeliest class were true, and of what the second likeliest would add."""
_MOST_BIN_BYTES = 1 << 29


@dataclass(frozen=True)
class Moments:
    """Of one loss, per cell or in all."""

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray
    """Sum of squared deviations from the mean."""

    def over(self, cells: np.ndarray) -> tuple[int, float, float]:
        """Examples, mean and sum of squared deviations of some cells together."""
        n, mean = self.n[cells], self.mean[cells]
        total = n.sum()
        centre = float((n * mean).sum() / total)
        return int(total), centre, float(self.squares[cells].sum() + (n * (mean - centre) ** 2).sum())


def merged_moments(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Examples, means and sums of squared deviations (3, n_cells) of two sets together.

    References:
        Chan, Golub and LeVeque (1983), The American Statistician 37:242, equation 2.1.
    """
    (n, mean, squares), (n_more, mean_more, squares_more) = one, other
    total = np.maximum(n + n_more, 1)
    step = np.where(n_more > 0, mean_more - mean, 0.0)
    return np.stack([n + n_more, mean + step * n_more / total, squares + squares_more + step**2 * n * n_more / total])


def are_too_many_bins(areas: Sequence[np.ndarray], confidence: np.ndarray, n_cells: int) -> bool:
    """Whether bins of each cell's own would fill the memory.

    Args:
        areas: Per class (any, 2, n_bins).
        confidence: (any, 5, n_bins).
        n_cells: How many cells there are.
    """
    n_bytes = sum(area[0].nbytes for area in areas) + confidence[0].nbytes
    return bool(n_cells * n_bytes > _MOST_BIN_BYTES)


@dataclass(frozen=True)
class ScoreSums:
    """What is kept of the probabilities."""

    moments: dict[str, Moments]
    """Per metric that is a mean over examples."""
    areas: tuple[np.ndarray, ...]
    """Per class (n_cells or 1, 2, n_bins): examples of other classes and of the class, by the class's score."""
    single: tuple[np.ndarray, ...]
    """Per class (n_bins,): whether a bin can hold one score only."""
    confidence: np.ndarray
    """(n_cells or 1, 5, n_bins): examples, sum of confidence, hits, sum of squares, sum of confidence of hits."""
    is_per_cell: bool
    """False when the cells were too many for bins each: then the bins are of all examples alone."""


@dataclass(frozen=True)
class PredictionSums:
    """Sufficient statistics of all rows of one file."""

    kind: ClassVar[str] = "one_label_summed"
    clusters: ClassVar[None] = None
    weights: ClassVar[None] = None

    labels: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    """Per group column its values, sorted, `(missing)` among them where some lack one."""
    cells: np.ndarray
    """(n_cells, n_columns) int64, each cell's place among the values of each column."""
    pairs: np.ndarray
    """(n_pairs, 4) int64: cell, true class, predicted class, examples."""
    scores: ScoreSums | None
    n_contradicted: int = 0
    """Rows whose predicted class has not the highest score."""

    @cached_property
    def n(self) -> int:
        """Number of examples."""
        return int(self.pairs[:, 3].sum())
