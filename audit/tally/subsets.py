"""The sets of examples that figures are computed on: all, each group, each crossing of columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from boletim.audit.settings import MISSING, NO_SCORES
from boletim.audit.statistics.bins import CalibrationBins
from boletim.audit.statistics.calibration import calibration_bins
from boletim.audit.statistics.counts import confusion
from boletim.audit.tally.crossings import CrossingBudget, column_sets
from boletim.contracts.examples import Answers
from boletim.contracts.meaning import Reason


@dataclass(frozen=True)
class Subset:
    """Some of the examples, and the scope that names them."""

    scope: dict[str, str]
    """Group column to group; empty for all examples."""
    gold: np.ndarray
    """(n,) int64, index of the true class; (n, k) bool where an example has any number of labels."""
    predicted: np.ndarray
    """Predictions, as `gold`."""
    scores: np.ndarray | None
    """(n, n_labels) float64, or None."""
    clusters: np.ndarray | None = None
    """(n,) int, cluster code of each example, or None."""
    weights: np.ndarray | None = None
    """(n,) float64, how many others each example stands for, or None."""

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.gold)

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
        return NO_SCORES

    def confusion(self, n_labels: int) -> np.ndarray:
        """(n_labels, n_labels) int64; rows are true classes."""
        return confusion(self.gold, self.predicted, n_labels)

    def calibration(self) -> CalibrationBins | None:
        """Equal-mass bins of confidence; None without scores."""
        return None if self.scores is None else calibration_bins(self.gold, self.scores, self.weights)


class Subsets:
    """All examples, then each group of each column, then each crossing of columns that has examples.

    The order is fixed: columns as given, groups by name. Only row numbers are kept; a subset's arrays are taken when it
    is reached, so one at a time is in memory.
    """

    def __init__(self, predictions: Answers, depth: int, clusters: np.ndarray | None = None) -> None:
        """Find the subsets.

        Args:
            predictions: The examples.
            depth: How many group columns are crossed at most, 1 or more.
            clusters: (n,) cluster code of each example, or None.
        """
        self._predictions = predictions
        self._clusters = clusters
        self._weights = predictions.weights
        self._parts: list[tuple[dict[str, str], np.ndarray]] = []
        budget = CrossingBudget()
        for columns in column_sets(predictions.groups, depth):
            found = list(split_groups([predictions.groups[column] for column in columns]))
            for place in budget.choose(columns, [len(rows) for _, rows in found]):
                values, rows = found[place]
                self._parts.append((dict(zip(columns, values, strict=True)), rows))
        self.left_out = tuple(budget.left_out)

    def __len__(self) -> int:
        return 1 + len(self._parts)

    def __iter__(self) -> Iterator[Subset]:
        yield self.everything
        for scope, rows in self._parts:
            yield self._take(scope, rows)

    @property
    def everything(self) -> Subset:
        """All examples."""
        return self._take({}, slice(None))

    def spoken_of(self, columns: Sequence[str]) -> None:
        """Of every class: an example has a group whatever its class is."""

    def group_sizes(self) -> dict[str, dict[str, int]]:
        """Examples per group of each column, by name; missing values under `(missing)`."""
        return {name: _group_sizes(values) for name, values in self._predictions.groups.items()}

    def _take(self, scope: dict[str, str], rows: np.ndarray | slice) -> Subset:
        predictions = self._predictions
        return Subset(
            scope=scope,
            gold=predictions.gold[rows],
            predicted=predictions.predicted[rows],
            scores=None if predictions.scores is None else predictions.scores[rows],
            clusters=None if self._clusters is None else self._clusters[rows],
            weights=None if self._weights is None else self._weights[rows],
        )


def _group_sizes(values: np.ndarray) -> dict[str, int]:
    names, codes = group_codes(values)
    return dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True))


def group_codes(values: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Sorted names of a column's groups, `(missing)` among them, and (n,) each example's place among them."""
    codes, found = pd.factorize(values, use_na_sentinel=True)
    spelt = [*(str(name) for name in found), *([MISSING] if (codes < 0).any() else [])]
    names = sorted(set(spelt))
    place = np.array([names.index(name) for name in spelt], dtype=np.int64)
    return names, place[codes]


def split_groups(columns: list[np.ndarray]) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    """The groups of some columns crossed that occur, in order, each with its row numbers."""
    factorized = [group_codes(values) for values in columns]
    shape = tuple(len(names) for names, _ in factorized)
    flat = np.ravel_multi_index(tuple(codes for _, codes in factorized), shape)
    order = np.argsort(flat, kind="stable")
    found, starts = np.unique(flat[order], return_index=True)
    for cell, rows in zip(found, np.split(order, starts[1:]), strict=True):
        places = np.unravel_index(cell, shape)
        yield tuple(names[place] for (names, _), place in zip(factorized, places, strict=True)), rows
