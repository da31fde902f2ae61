"""Add up batches of predictions into the sufficient statistics of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from boletim.audit.metrics.metric import Metric, all_metrics
from boletim.audit.settings import MISSING
from boletim.audit.statistics.binned_auc import score_edges, single_score_bins
from boletim.audit.statistics.losses import least_and_added
from boletim.audit.tally.sums import (
    ADDED,
    LEAST,
    Moments,
    PredictionSums,
    ScoreSums,
    are_too_many_bins,
    merged_moments,
)
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.name_order import in_order

_STRIDE = 2_048
"""More than the most classes there can be: a cell and two classes become one number."""


class SumsBuilder:
    """Takes batch after batch and keeps sums; its memory depends on groups, classes and bins and not on the rows."""

    def __init__(self, columns: Sequence[str], edges: "ScoreEdges | None") -> None:
        """Add nothing yet.

        Args:
            columns: The group columns.
            edges: Bins of the scores; None where there are none.
        """
        self._columns = tuple(columns)
        self._group_codes: list[dict[str, int]] = [{} for _ in self._columns]
        self._cell_of: dict[tuple[int, ...], int] = {}
        self._pairs = np.empty(0, dtype=np.int64)
        self._n_of_pairs = np.empty(0, dtype=np.int64)
        self._scores = None if edges is None else _ScoreSumsBuilder(edges)
        self.n = 0

    @property
    def n_values(self) -> dict[str, int]:
        """How many values each group column had so far, missing ones not counted."""
        return {
            column: len(codes) - (MISSING in codes)
            for column, codes in zip(self._columns, self._group_codes, strict=True)
        }

    def add(self, batch: Predictions) -> None:
        """Add some rows; a class must have the same place in `labels` in every batch."""
        if not batch.n:
            return
        cells = self._cells(batch)
        place, found = pd.factorize((cells * _STRIDE + batch.gold) * _STRIDE + batch.predicted)
        n_found = np.bincount(place)
        self._pairs, place = np.unique(np.concatenate([self._pairs, found]), return_inverse=True)
        counts = np.concatenate([self._n_of_pairs, n_found])
        self._n_of_pairs = np.bincount(place, weights=counts).astype(np.int64)
        if self._scores is not None and batch.scores is not None:
            self._scores.add(cells, len(self._cell_of), batch.gold, batch.scores)
        self.n += batch.n

    def result(self, labels: tuple[str, ...]) -> PredictionSums:
        """The sums of all batches.

        Args:
            labels: Class names by their place in the batches.
        """
        order = np.array([labels.index(name) for name in in_order(labels)], dtype=np.int64)
        place = np.argsort(order)
        cells = np.array(list(self._cell_of), dtype=np.int64).reshape(len(self._cell_of), len(self._columns))
        groups = {}
        for i, (column, codes) in enumerate(zip(self._columns, self._group_codes, strict=True)):
            names = sorted(codes)
            cells[:, i] = np.array([names.index(name) for name in codes], dtype=np.int64)[cells[:, i]]
            groups[column] = tuple(names)
        pair, predicted = np.divmod(self._pairs, _STRIDE)
        cell, gold = np.divmod(pair, _STRIDE)
        pairs = np.column_stack([cell, place[gold], place[predicted], self._n_of_pairs])
        scores = self._scores.result(order) if self._scores is not None else None
        return PredictionSums(tuple(labels[i] for i in order), groups, cells, pairs, scores)

    def _cells(self, batch: Predictions) -> np.ndarray:
        """(n,) int64, each row's cell; new ones get the next number."""
        key = np.zeros(batch.n, dtype=np.int64)
        columns = []
        for name, known in zip(self._columns, self._group_codes, strict=True):
            codes = _codes(batch.groups[name], known)
            columns.append(codes)
            key = pd.factorize(key * (codes.max() + 1) + codes)[0].astype(np.int64)
        first = np.flatnonzero(np.diff(np.maximum.accumulate(key), prepend=-1))  # codes are numbered as they appear
        numbers = [
            self._cell_of.setdefault(tuple(int(codes[row]) for codes in columns), len(self._cell_of)) for row in first
        ]
        return np.asarray(np.array(numbers, dtype=np.int64)[key])


@dataclass(frozen=True)
class ScoreEdges:
    """Where the bins of scores begin; sums with the same edges can be added up."""

    classes: tuple[np.ndarray, ...]
    """Per class, in the order of the score columns."""
    confidence: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray) -> Self:
        """From the quantiles of the first rows (n, n_labels)."""
        return cls(tuple(score_edges(scores[:, c]) for c in range(scores.shape[1])), score_edges(scores.max(axis=1)))


class _ScoreSumsBuilder:
    """The sums of probabilities."""

    def __init__(self, edges: ScoreEdges) -> None:
        self._metrics: list[Metric] = [metric for metric in all_metrics() if metric.interval in ("mean", "share")]
        self._moments: dict[str, np.ndarray] = {}
        self._edges, self._confidence_edges = edges.classes, edges.confidence
        self._areas = [np.zeros((1, 2, len(edges) + 1), dtype=np.uint32) for edges in self._edges]
        self._confidence = np.zeros((1, 5, len(self._confidence_edges) + 1))
        self._is_per_cell = True

    def add(self, cells: np.ndarray, n_cells: int, gold: np.ndarray, scores: np.ndarray) -> None:
        """Add rows of cells 0 to n_cells - 1."""
        for metric in self._metrics:
            assert metric.of_scores is not None
            values = np.asarray(metric.of_scores(gold, scores), dtype=np.float64)
            self._add_moments(metric.name, n_cells, cells, values)
            if metric.interval == "mean":
                least, added = least_and_added(metric.of_scores, scores)
                self._add_moments(f"{metric.name}{LEAST}", n_cells, cells, least)
                self._add_moments(f"{metric.name}{ADDED}", n_cells, cells, added)
        rows = self._bin_rows(cells, n_cells)
        for c, (edges, area) in enumerate(zip(self._edges, self._areas, strict=True)):
            place = (rows * 2 + (gold == c)) * area.shape[2] + _bins(edges, scores[:, c])
            np.add.at(area.reshape(-1), place, np.uint32(1))
        confidence = scores.max(axis=1)
        is_hit = (scores.argmax(axis=1) == gold).astype(np.float64)
        n_bins = self._confidence.shape[2]
        place = rows * (5 * n_bins) + _bins(self._confidence_edges, confidence)
        flat = self._confidence.reshape(-1)
        for i, values in enumerate((np.ones(len(rows)), confidence, is_hit, confidence**2, confidence * is_hit)):
            np.add.at(flat, place + i * n_bins, values)

    def _add_moments(self, name: str, n_cells: int, cells: np.ndarray, values: np.ndarray) -> None:
        known = self._moments.get(name, np.zeros((3, 1)))
        self._moments[name] = _with(_grown(known, n_cells, 1), cells, values)

    def result(self, order: np.ndarray) -> ScoreSums:
        """The sums, classes in this order."""
        return ScoreSums(
            moments={name: Moments(*table) for name, table in self._moments.items()},
            areas=tuple(self._areas[c] for c in order),
            single=tuple(single_score_bins(self._edges[c]) for c in order),
            confidence=self._confidence,
            is_per_cell=self._is_per_cell,
        )

    def _bin_rows(self, cells: np.ndarray, n_cells: int) -> np.ndarray:
        """Which row of the bins each example belongs to; too many cells share one row from then on."""
        if self._is_per_cell and are_too_many_bins(self._areas, self._confidence, n_cells):
            self._is_per_cell = False
            self._areas = [area.sum(axis=0, keepdims=True, dtype=np.uint32) for area in self._areas]
            self._confidence = self._confidence.sum(axis=0, keepdims=True)
        if not self._is_per_cell:
            return np.zeros(len(cells), dtype=np.int64)
        self._areas = [_grown(area, n_cells, 0) for area in self._areas]
        self._confidence = _grown(self._confidence, n_cells, 0)
        return cells


def _codes(values: np.ndarray, known: dict[str, int]) -> np.ndarray:
    """(n,) int64, the number of each value; new values get the next number."""
    codes, found = pd.factorize(values, use_na_sentinel=True)
    numbers = [known.setdefault(str(name), len(known)) for name in found]
    if (codes < 0).any():
        numbers.append(known.setdefault(MISSING, len(known)))
    return np.asarray(np.array(numbers, dtype=np.int64)[codes])


def _bins(edges: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n,) int64, the bin of each value; looked up in order, which takes a third of the time."""
    order = np.argsort(values)
    bins = np.empty(len(values), dtype=np.int64)
    bins[order] = np.searchsorted(edges, values[order], side="right")
    return bins


def _grown(table: np.ndarray, n: int, axis: int) -> np.ndarray:
    """The table with zeros appended along an axis."""
    if table.shape[axis] >= n:
        return table
    width = [(0, 0)] * table.ndim
    width[axis] = (0, n - table.shape[axis])
    return np.pad(table, width)


def _with(moments: np.ndarray, cells: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Moments (3, n_cells) with more values."""
    n_cells = moments.shape[1]
    n = np.bincount(cells, minlength=n_cells)
    mean = np.bincount(cells, weights=values, minlength=n_cells) / np.maximum(n, 1)
    squares = np.bincount(cells, weights=(values - mean[cells]) ** 2, minlength=n_cells)
    return merged_moments(moments, np.stack([n, mean, squares]))
