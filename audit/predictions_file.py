"""Read predictions that were made anywhere."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.config import GroupColumn
from boletim.contracts.errors import DataError
from boletim.contracts.predictions import Predictions
from boletim.tables.bands import cut_into_bands
from boletim.tables.read import column_names, read_table

_TAKEN = ("id", "label", "predicted", "class", "attribute", "probe")
_FREE_TEXT_VALUES, _FREE_TEXT_SHARE, _MOST_CLASSES = 50, 0.1, 1_000
_SUM_TOLERANCE, _EDGE_TOLERANCE = 1e-3, 1e-6


def read_predictions(
    path: Path, label: str, predicted: str, scores_prefix: str | None, groups: Sequence[GroupColumn | str]
) -> Predictions:
    """Read labels, predictions, scores and groups from a csv, tsv, jsonl or parquet file.

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
    columns = [GroupColumn(column=g) if isinstance(g, str) else g for g in groups]
    _check_names(path, columns)
    available = column_names(str(path))
    text_columns = [label, predicted, *(g.column for g in columns)]
    score_columns = _score_columns(path, available, scores_prefix, text_columns)
    id_columns = ["id"] if "id" in available and "id" not in text_columns else []
    frame = read_table(str(path), [*text_columns, *id_columns, *score_columns])
    gold, guess = as_text(frame[label]), as_text(frame[predicted])
    _check_present(path, gold, guess)
    prefix_length = len(scores_prefix or "")
    score_labels = [column[prefix_length:] for column in score_columns]
    labels = tuple(sorted({*gold.cat.categories, *guess.cat.categories, *score_labels}))
    _check_classes(path, label, gold, labels)
    return Predictions(
        ids=frame["id"].astype(str).to_numpy(dtype=object) if id_columns else row_numbers(len(frame)),
        gold=_places(gold, labels),
        predicted=_places(guess, labels),
        labels=labels,
        scores=_scores(path, frame, scores_prefix, labels) if score_columns else None,
        groups={g.column: _group(path, frame[g.column], g) for g in columns},
    )


def as_text(values: pd.Series) -> pd.Series:
    """Each cell as text, categorical: whole numbers without a point, blank and missing cells as missing."""
    codes, found = pd.factorize(values, use_na_sentinel=True)
    names = [_cell(value) for value in found]
    known = sorted({name for name in names if name})
    place = {name: index for index, name in enumerate(known)}
    table = np.array([*(place.get(name, -1) for name in names), -1], dtype=np.int64)
    return pd.Series(pd.Categorical.from_codes(table[codes], categories=pd.Index(known, dtype=object)))


def row_numbers(n: int) -> np.ndarray:
    """(n,) object: row numbers from 1, as text."""
    return np.arange(1, n + 1).astype(str).astype(object)


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _check_names(path: Path, groups: Sequence[GroupColumn]) -> None:
    taken = [g.column for g in groups if g.column in _TAKEN]
    if taken:
        raise DataError(f"{path}: a group column may not be called {taken[0]!r}, the name is taken; rename it")


def _score_columns(path: Path, available: Sequence[str], prefix: str | None, used: Sequence[str]) -> list[str]:
    if not prefix:
        return []
    found = [name for name in available if name.startswith(prefix) and len(name) > len(prefix) and name not in used]
    if not found:
        raise DataError(
            f"{path}: no column begins with {prefix!r}, the columns are {', '.join(available)}; "
            "score columns are the prefix and the class name"
        )
    return found


def _check_present(path: Path, gold: pd.Series, predicted: pd.Series) -> None:
    lacks = gold.isna() | predicted.isna()
    if lacks.any():
        raise DataError(
            f"{path}: every row needs label and prediction, {int(gold.isna().sum())} lack the label and "
            f"{int(predicted.isna().sum())} the prediction (the first is row {int(lacks.to_numpy().argmax()) + 1}); "
            "fill them in or remove the rows"
        )


def _check_classes(path: Path, label: str, gold: pd.Series, labels: tuple[str, ...]) -> None:
    if len(gold.cat.categories) < 2:
        raise DataError(
            f"{path}: an audit needs two classes or more, every {label!r} is {gold.cat.categories[0]!r}; "
            "choose another label column or add examples of other classes"
        )
    if len(labels) > _MOST_CLASSES or len(labels) > max(2, len(gold) / 2):
        raise DataError(
            f"{path}: labels are a few classes, {label!r} and the predictions have {len(labels):,} different values in "
            f"{len(gold):,} rows; choose another label column"
        )


def _places(values: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
    table = np.searchsorted(np.array(labels, dtype=object), np.array(values.cat.categories, dtype=object))
    return np.asarray(table[values.cat.codes.to_numpy()], dtype=np.int64)


def _scores(path: Path, frame: pd.DataFrame, prefix: str | None, labels: tuple[str, ...]) -> np.ndarray:
    lacking = [label for label in labels if f"{prefix}{label}" not in frame]
    if lacking:
        raise DataError(
            f"{path}: every class needs its score column, there is no '{prefix}{lacking[0]}'; "
            "add it or leave the scores out"
        )
    table = np.column_stack([_numbers(path, frame[f"{prefix}{label}"]) for label in labels])
    is_inside = np.isfinite(table) & (table >= -_EDGE_TOLERANCE) & (table <= 1 + _EDGE_TOLERANCE)
    if not is_inside.all():
        row, place = (int(found[0]) for found in np.nonzero(~is_inside))
        raise DataError(
            f"{path}, row {row + 1}: scores lie between 0 and 1, {prefix}{labels[place]} is {table[row, place]:g}; "
            "give probabilities"
        )
    sums = table.sum(axis=1)
    is_off = np.abs(sums - 1) > _SUM_TOLERANCE
    if is_off.any():
        row = int(is_off.argmax())
        raise DataError(
            f"{path}, row {row + 1}: the scores of a row sum to 1 (within {_SUM_TOLERANCE:g}), these sum to "
            f"{sums[row]:.4f}; give probabilities over all classes"
        )
    return np.asarray(np.clip(table, 0.0, 1.0))


def _numbers(path: Path, values: pd.Series) -> np.ndarray:
    try:
        return values.where(values.notna(), np.nan).to_numpy(dtype=object).astype(np.float64)
    except (TypeError, ValueError):
        row = next(row for row, value in enumerate(values) if not _is_number(value))
    raise DataError(f"{path}, row {row + 1}: a score is a number, {values.name} is {values.iloc[row]!r}; mend it")


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value is None
    return True


def _group(path: Path, values: pd.Series, group: GroupColumn) -> np.ndarray:
    if group.bands:
        return cut_into_bands(values, group.bands, str(path)).to_numpy(dtype=object)
    named = as_text(values)
    n = len(named.cat.categories)
    if n > _FREE_TEXT_VALUES and n > _FREE_TEXT_SHARE * len(named):
        raise DataError(
            f"{path}: a group column has a few values, {group.column!r} has too many values ({n:,} in {len(named):,} "
            f"rows); choose another, or cut a number into bands with `{group.column}: [edges]`"
        )
    table = np.array([*named.cat.categories, None], dtype=object)
    return np.asarray(table[named.cat.codes.to_numpy()], dtype=object)
