"""Subsets of an audit as sums of the cells that they are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from boletim.audit.settings import NO_SCORES
from boletim.audit.statistics.binned_auc import BinnedArea, binned_area
from boletim.audit.statistics.bins import CalibrationBins
from boletim.audit.statistics.calibration import bins_of_sums
from boletim.audit.tally.crossings import CrossingBudget, column_sets
from boletim.audit.tally.sums import PredictionSums, ScoreSums
from boletim.contracts.answers.one_label import ScoreBins
from boletim.contracts.meaning import Reason

NOT_SUMMED = Reason.of("not_summed")


@dataclass(frozen=True)
class SubsetSums:
    """Some of the examples, as sums; offers what `Subset` offers, but for the rows."""

    scope: dict[str, str]
    whole: PredictionSums
    members: np.ndarray
    """The subset's cells."""
    clusters: ClassVar[None] = None
    weights: ClassVar[None] = None

    @property
    def n(self) -> int:
        """Number of examples."""
        return int(self._pairs[:, 3].sum())

    def speaks_of(self, place: int) -> bool:
        """An example has a group whatever its class is."""
        return True

    @property
    def is_crossed(self) -> bool:
        """Whether group columns meet in it."""
        return len(self.scope) > 1

    @property
    def absent_because(self) -> Reason:
        """Why a metric of scores has no figure."""
        return NO_SCORES if self.whole.scores is None else NOT_SUMMED

    @cached_property
    def _pairs(self) -> np.ndarray:
        is_member = np.zeros(len(self.whole.cells), dtype=bool)
        is_member[self.members] = True
        return np.asarray(self.whole.pairs[is_member[self.whole.pairs[:, 0]]])

    def confusion(self, n_labels: int) -> np.ndarray:
        """(n_labels, n_labels) int64; rows are true classes."""
        flat = np.zeros(n_labels * n_labels, dtype=np.int64)
        np.add.at(flat, self._pairs[:, 1] * n_labels + self._pairs[:, 2], self._pairs[:, 3])
        return flat.reshape(n_labels, n_labels)

    @property
    def gold(self) -> np.ndarray:
        """(n,) int64: true classes in no order; for metrics of other libraries, which want rows."""
        return np.asarray(np.repeat(self._pairs[:, 1], self._pairs[:, 3]))

    @property
    def predicted(self) -> np.ndarray:
        """(n,) int64: predicted classes in the order of `gold`."""
        return np.asarray(np.repeat(self._pairs[:, 2], self._pairs[:, 3]))

    def moments(self, metric: str) -> tuple[int, float, float] | None:
        """Examples, mean and sum of squared deviations of a loss; None where it was not summed."""
        scores = self.whole.scores
        return scores.moments[metric].over(self.members) if scores and metric in scores.moments else None

    def areas(self) -> list[BinnedArea] | None:
        """One-vs-rest AUC per class; None where there are no bins."""
        scores = self.whole.scores
        if scores is None or not self._has_bins(scores):
            return None
        rows = self.members if scores.is_per_cell else np.array([0])
        return [
            binned_area(counts[rows].sum(axis=0), single)
            for counts, single in zip(scores.areas, scores.single, strict=True)
        ]

    def calibration(self) -> CalibrationBins | None:
        """Equal-mass bins of confidence; None where there are no bins."""
        scores = self.whole.scores
        if scores is None or not self._has_bins(scores):
            return None
        rows = self.members if scores.is_per_cell else np.array([0])
        return bins_of_sums(scores.confidence[rows].sum(axis=0))

    def about_the_bins(self) -> ScoreBins | None:
        """How fine the score bins are and what they cost; None without scores."""
        areas, scores = self.areas(), self.whole.scores
        if areas is None or scores is None:
            return None
        return ScoreBins(n_bins=max(map(len, scores.single)), auc_off_by=max(area.off_by for area in areas))

    def _has_bins(self, scores: ScoreSums) -> bool:
        return scores.is_per_cell or not self.scope


class SummedSubsets:
    """The sets of examples that figures are computed on, in the order of `Subsets`."""

    def __init__(self, whole: PredictionSums, depth: int) -> None:
        """Find the subsets.

        Args:
            whole: The sums.
            depth: How many group columns are crossed at most, 1 or more.
        """
        self._whole = whole
        self._parts: list[SubsetSums] = []
        names = list(whole.groups)
        n_of_cells = np.bincount(whole.pairs[:, 0], weights=whole.pairs[:, 3], minlength=len(whole.cells))
        budget = CrossingBudget()
        for columns in column_sets(names, depth):
            codes = whole.cells[:, [names.index(column) for column in columns]]
            found, place = np.unique(codes, axis=0, return_inverse=True)
            place = place.ravel()
            sizes = np.bincount(place, weights=n_of_cells, minlength=len(found)).astype(np.int64)
            for i in budget.choose(columns, sizes.tolist()):
                scope = {column: whole.groups[column][v] for column, v in zip(columns, found[i], strict=True)}
                self._parts.append(SubsetSums(scope, whole, np.flatnonzero(place == i)))
        self.left_out = tuple(budget.left_out)

    def __len__(self) -> int:
        return 1 + len(self._parts)

    def __iter__(self) -> Iterator[SubsetSums]:
        yield self.everything
        yield from self._parts

    @property
    def everything(self) -> SubsetSums:
        """All examples."""
        return SubsetSums({}, self._whole, np.arange(len(self._whole.cells)))

    def spoken_of(self, columns: Sequence[str]) -> None:
        """Of every class: an example has a group whatever its class is."""

    def group_sizes(self) -> dict[str, dict[str, int]]:
        """Examples per group of each column, by name."""
        sizes: dict[str, dict[str, int]] = {name: {} for name in self._whole.groups}
        for part in self._parts:
            if not part.is_crossed:
                ((column, value),) = part.scope.items()
                sizes[column][value] = part.n
        return sizes
