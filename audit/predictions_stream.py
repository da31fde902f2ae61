"""Read predictions of any number of rows: as they are up to 200,000, as sums beyond, in memory that does not grow."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from audit.accumulate import SumsBuilder
from audit.predictions_file import (
    MOST_CLASSES,
    PredictionColumns,
    as_text,
    check_few_classes,
    check_group,
    check_present,
    check_two_classes,
    find_columns,
    group_values,
    predictions_of,
    read_scores,
    row_ids,
)
from audit.sums import PredictionSums
from boletim.contracts.config import GroupColumn
from boletim.contracts.errors import DataError
from boletim.contracts.predictions import Predictions
from boletim.contracts.protocols import Progress, no_progress
from boletim.tables.read import about_rows, table_batches

ROWS_IN_MEMORY = 200_000
"""Files of more rows are added up batch by batch and never held."""
_BATCH_ROWS = 50_000
_MOST_GROUPS = 10_000
Keep = Callable[[Predictions], None]


def read_any_size(
    path: Path,
    label: str,
    predicted: str,
    scores_prefix: str | None,
    groups: Sequence[GroupColumn | str],
    keep: Keep,
    progress: Progress = no_progress,
    weights: str | None = None,
    cluster: str | None = None,
) -> Predictions | PredictionSums:
    """Read predictions, or their sums where they are more than 200,000.

    Args:
        path: A csv, tsv, jsonl or parquet file.
        label: Column of true labels.
        predicted: Column of predicted labels.
        scores_prefix: Score columns are this prefix and the class name; None when there are no scores.
        groups: Group columns; numbers are cut where bands are given.
        keep: Given all predictions, in one batch or in several, in order.
        progress: Told how many rows were read.
        weights: Column of sampling weights; None where all rows count the same.
        cluster: Column of authors or templates; None where the rows are independent.

    Raises:
        DataError: As `read_predictions`; a group column has more than 10,000 values, or more than 200,000 rows have
            weights or clusters.
    """
    columns = find_columns(path, label, predicted, scores_prefix, groups, weights, cluster)
    frames = table_batches(str(path), columns.names, _BATCH_ROWS)
    held, n_held = [], 0
    for frame in frames:
        held.append(frame)
        n_held += len(frame)
        if n_held > ROWS_IN_MEMORY and (weights or cluster):
            what = "sampling weights" if weights else "a cluster column"
            raise DataError(
                f"{path}: with {what} there may be {ROWS_IN_MEMORY:,} rows, this has more; draw a sample of them"
            )
        if n_held > ROWS_IN_MEMORY:
            return _Stream(columns, keep, progress).add_up(held, frames)
    predictions = predictions_of(columns, pd.concat(held, ignore_index=True))
    keep(predictions)
    return predictions


class _Stream:
    """What is known of the rows read so far."""

    def __init__(self, columns: PredictionColumns, keep: Keep, progress: Progress) -> None:
        self._columns = columns
        self._keep = keep
        self._progress = progress
        self._n_expected = about_rows(str(columns.path))
        self._codes = {name: i for i, name in enumerate(columns.score_labels)}
        self._gold: set[str] = set()
        self._n_rows = 0
        self._lacking = [0, 0, 0]
        """Rows without label, rows without prediction, number of the first such row."""

    def add_up(self, held: list[pd.DataFrame], rest: Iterator[pd.DataFrame]) -> PredictionSums:
        """The sums of the rows held and of the rest."""
        first = [self._predictions(frame) for frame in held]
        held.clear()
        builder = SumsBuilder(_joined(first))
        while first:
            self._take(builder, first.pop(0))
        for frame in rest:
            self._take(builder, self._predictions(frame))
        path = self._columns.path
        check_present(path, *self._lacking)
        labels = tuple(self._codes)
        check_two_classes(self._columns, sorted(self._gold))
        check_few_classes(self._columns, len(labels), self._n_rows)
        for column, n_values in builder.n_values.items():
            check_group(path, column, n_values, self._n_rows)
        return builder.result(labels)

    def _take(self, builder: SumsBuilder, batch: Predictions) -> None:
        builder.add(batch)
        self._keep(batch)
        self._progress("rows read", min(builder.n, self._n_expected), self._n_expected)
        for column, n_values in builder.n_values.items():
            if n_values > _MOST_GROUPS:
                raise DataError(
                    f"{self._columns.path}: a group column has a few values, {column!r} has too many values "
                    f"({n_values:,} in the first {builder.n:,} rows); choose another, or cut a number into bands with "
                    f"`{column}: [edges]`"
                )

    def _predictions(self, frame: pd.DataFrame) -> Predictions:
        """One batch, without the rows that lack label or prediction: these are counted, and refused at the end."""
        columns, first_row = self._columns, self._n_rows + 1
        gold, guess = as_text(frame[columns.label]), as_text(frame[columns.predicted])
        has_both = (gold.notna() & guess.notna()).to_numpy()
        if not has_both.all():
            if not any(self._lacking[:2]):
                self._lacking[2] = first_row + int(has_both.argmin())
            self._lacking[0] += int(gold.isna().sum())
            self._lacking[1] += int(guess.isna().sum())
        self._n_rows += len(frame)
        self._gold |= set(gold.cat.categories)
        codes = [self._places(values)[has_both] for values in (gold, guess)]
        labels = tuple(self._codes)
        return Predictions(
            ids=row_ids(columns, frame, first_row)[has_both],
            gold=codes[0],
            predicted=codes[1],
            labels=labels,
            scores=read_scores(columns, frame, labels, first_row)[has_both] if columns.scores else None,
            groups={
                g.column: group_values(columns.path, frame[g.column], g, first_row)[has_both] for g in columns.groups
            },
        )

    def _places(self, values: pd.Series) -> np.ndarray:
        """(n,) int64, -1 where missing; new classes get the next place, so that a class keeps its own."""
        names = values.cat.categories
        table = np.array([*(self._codes.setdefault(name, len(self._codes)) for name in names), -1], dtype=np.int64)
        if len(self._codes) > MOST_CLASSES:
            check_few_classes(self._columns, len(self._codes), self._n_rows)  # at once: free text would fill memory
        return np.asarray(table[values.cat.codes.to_numpy()])


def _joined(parts: list[Predictions]) -> Predictions:
    scores = [part.scores for part in parts if part.scores is not None]
    last = parts[-1]
    return Predictions(
        ids=np.concatenate([part.ids for part in parts]),
        gold=np.concatenate([part.gold for part in parts]),
        predicted=np.concatenate([part.predicted for part in parts]),
        labels=last.labels,
        scores=np.concatenate(scores) if scores else None,
        groups={name: np.concatenate([part.groups[name] for part in parts]) for name in last.groups},
    )
