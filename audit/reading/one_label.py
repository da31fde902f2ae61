"""Read predictions that were made anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.audit.reading.score_columns import check_agreement, n_contradicted, read_scores
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.configuration.reading import AS_FOUND, ReadConfig
from boletim.contracts.corpus import CLUSTER, WEIGHT
from boletim.contracts.errors import DataError
from boletim.contracts.name_order import in_order
from boletim.contracts.protocols import Say, say_nothing
from boletim.tables.bands import cut_into_bands
from boletim.tables.clusters import read_clusters
from boletim.tables.label_names import check_same_names, rename_all, renamed
from boletim.tables.names import as_names, as_objects, check_group, name_of
from boletim.tables.read import column_names, read_table
from boletim.tables.weights import read_weights

_TAKEN = ("id", "label", "predicted", "class", "attribute", "probe", CLUSTER, WEIGHT)
MOST_CLASSES = 1_000


@dataclass(frozen=True)
class PredictionColumns:
    """Which columns of a file hold what."""

    path: Path
    label: str
    predicted: str
    prefix: str
    """Score columns are this and the class name."""
    scores: tuple[str, ...]
    """The score columns; empty when there are none."""
    groups: tuple[GroupColumn, ...]
    has_ids: bool
    weights: str | None = None
    """Column of sampling weights; None where all rows count the same."""
    read: ReadConfig = AS_FOUND
    """How the file is read."""
    label_names: Mapping[str, str] = field(default_factory=dict)
    """Names that the user gave to classes."""
    cluster: str | None = None
    """Column of authors or templates; None where the rows are independent."""

    @property
    def names(self) -> list[str]:
        """Every column to read, each once."""
        ids = ["id"] if self.has_ids else []
        own = [column for column in (self.weights, self.cluster) if column]
        groups = [g.column for g in self.groups]
        return list(dict.fromkeys([self.label, self.predicted, *groups, *ids, *own, *self.scores]))

    @property
    def score_labels(self) -> tuple[str, ...]:
        """The classes that have a score column, in order."""
        return in_order(self.score_columns)

    @cached_property
    def score_columns(self) -> dict[str, str]:
        """The score column of each class.

        Raises:
            DataError: Two columns are of one class.
        """
        found: dict[str, str] = {}
        for column in self.scores:
            label = renamed(name_of(column[len(self.prefix) :]) or "", self.label_names)
            if label in found:
                raise DataError("two_score_columns", label=label, found=found[label], column=column, at=self.path)
            found[label] = column
        return found

    def score_columns_of(self, labels: Sequence[str]) -> dict[str, str]:
        """The score column of each of these classes, in their order.

        Raises:
            DataError: One has none.
        """
        lacking = [label for label in labels if label not in self.score_columns]
        if lacking:
            raise DataError("score_absent_of", prefix=self.prefix, lacking=lacking[0], at=self.path)
        return {label: self.score_columns[label] for label in labels}


def read_predictions(
    path: Path, label: str, predicted: str, scores_prefix: str | None, groups: Sequence[GroupColumn | str]
) -> Predictions:
    """Read labels, predictions, scores and groups from a csv, tsv, jsonl or parquet file, all rows at once.

    Args:
        path: The file.
        label: Column of true labels.
        predicted: Column of predicted labels.
        scores_prefix: Score columns are this prefix and the class name; None when there are no scores.
        groups: Group columns; numbers are cut where bands are given.

    Returns:
        Predictions whose labels are those of gold, predicted and score columns together, sorted. Ids are the column
        `id` where it is not used otherwise, and row numbers from 1 where there is none.

    Raises:
        DataError: The file is missing, empty or broken; a column is missing; labels or predictions are missing in some
            rows; there is one class only; scores are no probabilities; a group column is free text.
    """
    columns = find_columns(path, label, predicted, scores_prefix, groups)
    return predictions_of(columns, read_table(str(path), columns.names))


def find_columns(
    path: Path,
    label: str,
    predicted: str,
    scores_prefix: str | None,
    groups: Sequence[GroupColumn | str],
    weights: str | None = None,
    read: ReadConfig = AS_FOUND,
    label_names: Mapping[str, str] | None = None,
    cluster: str | None = None,
) -> PredictionColumns:
    """Find the columns by their names, before any row is read.

    Raises:
        DataError: The file is missing, empty or broken, no column has the prefix, or a group's name is taken.
    """
    chosen = chosen_groups(path, groups)
    if label == predicted:
        raise DataError("same_column", name=label, at=path)
    available = column_names(str(path), read)
    texts = [label, predicted, *(g.column for g in chosen)]
    prefix = scores_prefix or ""
    scores = tuple(n for n in available if prefix and n.startswith(prefix) and len(n) > len(prefix) and n not in texts)
    if prefix and not scores:
        raise DataError("no_scores", prefix=prefix, columns=available, at=path)
    if len(scores) > MOST_CLASSES:
        raise DataError("many_scores", n_most=MOST_CLASSES, n=len(scores), prefix=prefix, at=path)
    has_ids = "id" in available and "id" not in texts
    return PredictionColumns(
        path, label, predicted, prefix, scores, chosen, has_ids, weights, read, label_names or {}, cluster
    )


def chosen_groups(path: Path, groups: Sequence[GroupColumn | str]) -> tuple[GroupColumn, ...]:
    """Group columns whose names mean nothing else.

    Raises:
        DataError: One's does.
    """
    chosen = tuple(GroupColumn(column=g) if isinstance(g, str) else g for g in groups)
    taken = [g.column for g in chosen if g.column in _TAKEN]
    if taken:
        raise DataError("group_taken", name=taken[0], at=path)
    return chosen


def predictions_of(columns: PredictionColumns, frame: pd.DataFrame, say: Say = say_nothing) -> Predictions:
    """A whole file's rows as predictions.

    Raises:
        DataError: As `read_predictions`.
    """
    path = columns.path
    gold, guess = (class_names(columns, frame, column) for column in (columns.label, columns.predicted))
    lacks = (gold.isna() | guess.isna()).to_numpy()
    check_present(path, int(gold.isna().sum()), int(guess.isna().sum()), int(lacks.argmax()) + 1)
    labels = in_order([*gold.cat.categories, *guess.cat.categories, *columns.score_labels])
    check_few_classes(columns, len(labels), len(gold))
    check_same_names(str(path), gold.cat.categories, guess.cat.categories, columns.label, columns.predicted)
    check_two_classes(columns, list(gold.cat.categories))
    predicted = _places(guess, labels)
    scores = read_scores(str(path), frame, columns.score_columns_of(labels), say) if columns.scores else None
    if scores is not None:
        check_agreement(str(path), n_contradicted(scores, predicted), len(frame))
    return Predictions(
        ids=row_ids(columns, frame),
        gold=_places(gold, labels),
        predicted=predicted,
        labels=labels,
        scores=scores,
        groups=groups_of(columns, frame),
        weights=read_weights(str(path), frame[columns.weights]) if columns.weights else None,
        clusters=clusters_of(columns, frame),
    )


def clusters_of(columns: PredictionColumns, frame: pd.DataFrame) -> np.ndarray | None:
    """(n,) object: each row's author or template; None where no column is named.

    Raises:
        DataError: A row lacks it.
    """
    if columns.cluster is None:
        return None
    named = as_names(str(columns.path), frame[columns.cluster])
    return read_clusters(str(columns.path), named.astype(object), columns.cluster)


def class_names(columns: PredictionColumns, frame: pd.DataFrame, column: str, first_row: int = 1) -> pd.Series:
    """Each cell of a column of classes by its name, categorical.

    Raises:
        DataError: A cell holds no name, with its row.
    """
    return rename_all(as_names(str(columns.path), frame[column], first_row), columns.label_names)


def row_ids(columns: PredictionColumns, frame: pd.DataFrame, first_row: int = 1) -> np.ndarray:
    """(n,) object: the ids as text, or row numbers where the file has none."""
    if columns.has_ids:
        return frame["id"].astype(str).to_numpy(dtype=object)
    return np.arange(first_row, first_row + len(frame)).astype(str).astype(object)


def group_values(path: Path, values: pd.Series, group: GroupColumn, first_row: int = 1) -> np.ndarray:
    """(n,) object: each row's group, None where it is missing.

    Raises:
        DataError: A column to be cut into bands holds what is no number.
    """
    if group.bands:
        return cut_into_bands(values, group.bands, str(path), first_row).to_numpy(dtype=object)
    return as_objects(as_names(str(path), values, first_row))


def groups_of(columns: PredictionColumns, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Per group column of a whole file, (n,) object.

    Raises:
        DataError: A column is free text, or a cell holds no name.
    """
    found = {g.column: group_values(columns.path, frame[g.column], g) for g in columns.groups}
    for name, values in found.items():
        present = values[values != None]  # noqa: E711 (element by element)
        check_group(str(columns.path), name, set(present), len(present))
    return found


def check_present(path: Path, n_without_label: int, n_without_prediction: int, first_row: int) -> None:
    """Refuse rows that lack label or prediction.

    Raises:
        DataError: Some do; how many, and the first one's number.
    """
    if n_without_label or n_without_prediction:
        raise DataError(
            "both_missing", n_label=n_without_label, n_prediction=n_without_prediction, row=first_row, at=path
        )


def check_two_classes(columns: PredictionColumns, gold: Sequence[str]) -> None:
    """Refuse true labels that are all the same.

    Raises:
        DataError: Only one occurs.
    """
    if len(gold) < 2:
        raise DataError("one_class", column=columns.label, value=gold[0], at=columns.path)


def check_few_classes(columns: PredictionColumns, n_labels: int, n_rows: int) -> None:
    """Refuse labels that are no classes.

    Raises:
        DataError: There are so many in so many rows that the column is no label.
    """
    if n_labels > MOST_CLASSES or n_labels > max(2, n_rows / 2):
        raise DataError(
            "many_labels", column=columns.label, n=n_labels, n_rows=n_rows, n_most=MOST_CLASSES, at=columns.path
        )


def _places(values: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
    place = {label: index for index, label in enumerate(labels)}
    table = np.array([*(place[name] for name in values.cat.categories), -1], dtype=np.int64)
    return np.asarray(table[values.cat.codes.to_numpy()])
