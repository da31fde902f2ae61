"""Read predictions of any number of rows: as they are up to 200,000, as sums beyond, in memory that does not grow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.audit.evidence.sums_builder import SumsBuilder
from boletim.audit.reading.one_label import (
    MOST_CLASSES,
    PredictionColumns,
    check_few_classes,
    check_present,
    check_two_classes,
    class_names,
    find_columns,
    group_values,
    predictions_of,
    row_ids,
)
from boletim.audit.reading.score_columns import check_agreement, n_contradicted, read_scores
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.configuration.reading import AS_FOUND, ReadConfig
from boletim.contracts.errors import DataError
from boletim.contracts.protocols import Progress, Say, no_progress, say_nothing
from boletim.tables.label_names import check_same_names
from boletim.tables.names import check_group
from boletim.tables.read import about_rows, table_batches

ROWS_IN_MEMORY = 200_000
"""Files of more rows are added up batch by batch and never held."""
_BATCH_ROWS = 50_000
_MOST_GROUPS = 1_000
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
    *,
    read: ReadConfig = AS_FOUND,
    label_names: Mapping[str, str] | None = None,
    say: Say = say_nothing,
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
        read: How the file is read, where that is not to be found out.
        label_names: Names that the user gave to classes.
        say: Told what was done to the scores.
        cluster: Column of authors or templates; None where the rows are independent.

    Raises:
        DataError: As `read_predictions`; a group column has too many values, or more than 200,000 rows have
            weights or clusters.
    """
    columns = find_columns(path, label, predicted, scores_prefix, groups, weights, read, label_names, cluster)
    frames = table_batches(str(path), columns.names, _BATCH_ROWS, read)
    held, n_held = [], 0
    for frame in frames:
        held.append(frame)
        n_held += len(frame)
        if n_held > ROWS_IN_MEMORY and (weights or cluster):
            what = "sampling weights" if weights else "a cluster column"
            raise DataError("too_many_rows", what=what, n_rows_in_memory=ROWS_IN_MEMORY, at=path)
        if n_held > ROWS_IN_MEMORY:
            return _Stream(columns, keep, progress, say).add_up(held, frames)
    predictions = predictions_of(columns, pd.concat(held, ignore_index=True), say)
    keep(predictions)
    return predictions


class _Stream:
    """What is known of the rows read so far."""

    def __init__(self, columns: PredictionColumns, keep: Keep, progress: Progress, say: Say) -> None:
        self._columns = columns
        self._keep = keep
        self._progress = progress
        self._n_expected = about_rows(str(columns.path))
        self._codes = {name: i for i, name in enumerate(columns.score_labels)}
        self._gold: set[str] = set()
        self._said: set[str] = set()
        self._say = say
        self._n_contradicted = 0
        self._groups: dict[str, set[str]] = {g.column: set() for g in columns.groups}
        self._n_present = dict.fromkeys(self._groups, 0)
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
        check_few_classes(self._columns, len(labels), self._n_rows)
        check_same_names(str(path), self._gold, self._said, self._columns.label, self._columns.predicted)
        check_two_classes(self._columns, sorted(self._gold))
        for column, names in self._groups.items():
            check_group(str(path), column, names, self._n_present[column])
        check_agreement(str(path), self._n_contradicted, self._n_rows)
        return replace(builder.result(labels), n_contradicted=self._n_contradicted)

    def _take(self, builder: SumsBuilder, batch: Predictions) -> None:
        builder.add(batch)
        self._keep(batch)
        self._progress("rows read", min(builder.n, self._n_expected), self._n_expected)
        for column, names in self._groups.items():
            if len(names) > _MOST_GROUPS:  # at once: free text would fill memory
                check_group(str(self._columns.path), column, names, self._n_present[column])

    def _predictions(self, frame: pd.DataFrame) -> Predictions:
        """One batch, without the rows that lack label or prediction: these are counted, and refused at the end."""
        columns, first_row = self._columns, self._n_rows + 1
        gold, guess = (class_names(columns, frame, name, first_row) for name in (columns.label, columns.predicted))
        has_both = (gold.notna() & guess.notna()).to_numpy()
        if not has_both.all():
            if not any(self._lacking[:2]):
                self._lacking[2] = first_row + int(has_both.argmin())
            self._lacking[0] += int(gold.isna().sum())
            self._lacking[1] += int(guess.isna().sum())
        self._n_rows += len(frame)
        self._gold |= set(gold.cat.categories)
        self._said |= set(guess.cat.categories)
        codes = [self._places(values)[has_both] for values in (gold, guess)]
        labels = tuple(self._codes)
        return Predictions(
            ids=row_ids(columns, frame, first_row)[has_both],
            gold=codes[0],
            predicted=codes[1],
            labels=labels,
            scores=self._scores(frame, labels, codes[1], has_both, first_row) if columns.scores else None,
            groups={g.column: self._group(frame, g, first_row)[has_both] for g in columns.groups},
        )

    def _scores(
        self, frame: pd.DataFrame, labels: tuple[str, ...], predicted: np.ndarray, has_both: np.ndarray, first_row: int
    ) -> np.ndarray:
        path, columns = str(self._columns.path), self._columns.score_columns_of(labels)
        scores = read_scores(path, frame, columns, self._say, first_row)
        self._n_contradicted += n_contradicted(scores[has_both], predicted)
        return np.asarray(scores[has_both])

    def _group(self, frame: pd.DataFrame, group: GroupColumn, first_row: int) -> np.ndarray:
        values = group_values(self._columns.path, frame[group.column], group, first_row)
        self._groups[group.column] |= set(values) - {None}
        self._n_present[group.column] += int((values != None).sum())  # noqa: E711 (element by element)
        return values

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
