"""Read predictions that were made anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.config import GroupColumn
from boletim.contracts.corpus import CLUSTER, WEIGHT
from boletim.contracts.errors import DataError
from boletim.contracts.predictions import Predictions
from boletim.tables.bands import cut_into_bands
from boletim.tables.clusters import read_clusters
from boletim.tables.read import column_names, read_table
from boletim.tables.weights import read_weights

_TAKEN = ("id", "label", "predicted", "class", "attribute", "probe", CLUSTER, WEIGHT)
_FREE_TEXT_VALUES, _FREE_TEXT_SHARE = 50, 0.1
MOST_CLASSES = 1_000
_SUM_TOLERANCE, _EDGE_TOLERANCE = 1e-3, 1e-6


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
        """The classes that have a score column, sorted."""
        return tuple(sorted(column[len(self.prefix) :] for column in self.scores))


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
    cluster: str | None = None,
) -> PredictionColumns:
    """Find the columns by their names, before any row is read.

    Raises:
        DataError: The file is missing, empty or broken, no column has the prefix, or a group's name is taken.
    """
    chosen = tuple(GroupColumn(column=g) if isinstance(g, str) else g for g in groups)
    taken = [g.column for g in chosen if g.column in _TAKEN]
    if taken:
        raise DataError(f"{path}: a group column may not be called {taken[0]!r}, the name is taken; rename it")
    available = column_names(str(path))
    texts = [label, predicted, *(g.column for g in chosen)]
    prefix = scores_prefix or ""
    scores = tuple(n for n in available if prefix and n.startswith(prefix) and len(n) > len(prefix) and n not in texts)
    if prefix and not scores:
        raise DataError(
            f"{path}: no column begins with {prefix!r}, the columns are {', '.join(available)}; "
            "score columns are the prefix and the class name"
        )
    has_ids = "id" in available and "id" not in texts
    return PredictionColumns(path, label, predicted, prefix, scores, chosen, has_ids, weights, cluster)


def predictions_of(columns: PredictionColumns, frame: pd.DataFrame) -> Predictions:
    """A whole file's rows as predictions.

    Raises:
        DataError: As `read_predictions`.
    """
    path = columns.path
    gold, guess = as_text(frame[columns.label]), as_text(frame[columns.predicted])
    lacks = (gold.isna() | guess.isna()).to_numpy()
    check_present(path, int(gold.isna().sum()), int(guess.isna().sum()), int(lacks.argmax()) + 1)
    labels = tuple(sorted({*gold.cat.categories, *guess.cat.categories, *columns.score_labels}))
    check_two_classes(columns, list(gold.cat.categories))
    check_few_classes(columns, len(labels), len(gold))
    groups = {g.column: group_values(path, frame[g.column], g) for g in columns.groups}
    for name, values in groups.items():
        check_group(path, name, pd.Series(values).nunique(), len(values))
    return Predictions(
        ids=row_ids(columns, frame),
        gold=_places(gold, labels),
        predicted=_places(guess, labels),
        labels=labels,
        scores=read_scores(columns, frame, labels) if columns.scores else None,
        groups=groups,
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
    return read_clusters(str(columns.path), as_text(frame[columns.cluster]).astype(object), columns.cluster)


def as_text(values: pd.Series) -> pd.Series:
    """Each cell as text, categorical: whole numbers without a point, blank and missing cells as missing."""
    codes, found = pd.factorize(values, use_na_sentinel=True)
    names = [_cell(value) for value in found]
    known = sorted({name for name in names if name})
    place = {name: index for index, name in enumerate(known)}
    table = np.array([*(place.get(name, -1) for name in names), -1], dtype=np.int64)
    return pd.Series(pd.Categorical.from_codes(table[codes], categories=pd.Index(known, dtype=object)))


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
    named = as_text(values)
    table = np.array([*named.cat.categories, None], dtype=object)
    return np.asarray(table[named.cat.codes.to_numpy()], dtype=object)


def read_scores(
    columns: PredictionColumns, frame: pd.DataFrame, labels: Sequence[str], first_row: int = 1
) -> np.ndarray:
    """(n, n_labels) float64 probabilities.

    Raises:
        DataError: A class has no score column, or a row's scores are no probabilities, with its number.
    """
    path, prefix = columns.path, columns.prefix
    lacking = [label for label in labels if f"{prefix}{label}" not in columns.scores]
    if lacking:
        raise DataError(
            f"{path}: every class needs its score column, there is no '{prefix}{lacking[0]}'; "
            "add it or leave the scores out"
        )
    table = np.column_stack([numbers_of(path, frame[f"{prefix}{label}"], first_row) for label in labels])
    is_inside = np.isfinite(table) & (table >= -_EDGE_TOLERANCE) & (table <= 1 + _EDGE_TOLERANCE)
    if not is_inside.all():
        row, place = (int(found[0]) for found in np.nonzero(~is_inside))
        raise DataError(
            f"{path}, row {first_row + row}: scores lie between 0 and 1, {prefix}{labels[place]} is "
            f"{table[row, place]:g}; give probabilities"
        )
    sums = table.sum(axis=1)
    is_off = np.abs(sums - 1) > _SUM_TOLERANCE
    if is_off.any():
        row = int(is_off.argmax())
        raise DataError(
            f"{path}, row {first_row + row}: the scores of a row sum to 1 (within {_SUM_TOLERANCE:g}), these sum to "
            f"{sums[row]:.4f}; give probabilities over all classes"
        )
    return np.asarray(np.clip(table, 0.0, 1.0))


def check_present(path: Path, n_without_label: int, n_without_prediction: int, first_row: int) -> None:
    """Refuse rows that lack label or prediction.

    Raises:
        DataError: Some do; how many, and the first one's number.
    """
    if n_without_label or n_without_prediction:
        raise DataError(
            f"{path}: every row needs label and prediction, {n_without_label} lack the label and "
            f"{n_without_prediction} the prediction (the first is row {first_row}); fill them in or remove the rows"
        )


def check_two_classes(columns: PredictionColumns, gold: Sequence[str]) -> None:
    """Refuse true labels that are all the same.

    Raises:
        DataError: Only one occurs.
    """
    if len(gold) < 2:
        raise DataError(
            f"{columns.path}: an audit needs two classes or more, every {columns.label!r} is {gold[0]!r}; "
            "choose another label column or add examples of other classes"
        )


def check_few_classes(columns: PredictionColumns, n_labels: int, n_rows: int) -> None:
    """Refuse labels that are no classes.

    Raises:
        DataError: There are so many in so many rows that the column is no label.
    """
    if n_labels > MOST_CLASSES or n_labels > max(2, n_rows / 2):
        raise DataError(
            f"{columns.path}: labels are a few classes, {columns.label!r} and the predictions have {n_labels:,} "
            f"different values in {n_rows:,} rows; choose another label column"
        )


def check_group(path: Path, column: str, n_values: int, n_rows: int) -> None:
    """Refuse a group column that is free text.

    Raises:
        DataError: It has more than 50 values and more than one for ten rows.
    """
    if n_values > _FREE_TEXT_VALUES and n_values > _FREE_TEXT_SHARE * n_rows:
        raise DataError(
            f"{path}: a group column has a few values, {column!r} has too many values ({n_values:,} in {n_rows:,} "
            f"rows); choose another, or cut a number into bands with `{column}: [edges]`"
        )


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _places(values: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
    table = np.searchsorted(np.array(labels, dtype=object), np.array(values.cat.categories, dtype=object))
    return np.asarray(table[values.cat.codes.to_numpy()], dtype=np.int64)


def numbers_of(path: Path, values: pd.Series, first_row: int = 1) -> np.ndarray:
    """(n,) float64, NaN where missing.

    Raises:
        DataError: A cell is no number, with its row.
    """
    try:
        return values.where(values.notna(), np.nan).to_numpy(dtype=object).astype(np.float64)
    except (TypeError, ValueError):
        row = next(row for row, value in enumerate(values) if not _is_number(value))
    raise DataError(
        f"{path}, row {first_row + row}: a score is a number, {values.name} is {values.iloc[row]!r}; mend it"
    )


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value is None
    return True
