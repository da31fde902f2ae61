"""From a raw table to the columns id, text, label and groups."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from boletim.contracts.config import GroupColumn
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT
from boletim.contracts.errors import DataError
from tuning.bands import cut_into_bands
from tuning.source import check_columns

_POINT_ZERO = re.compile(r"-?\d+\.0+")
_MOST_CLASSES = 1_000
_FREE_TEXT_VALUES, _FREE_TEXT_SHARE = 50, 0.1


def select_columns(
    source: str, frame: pd.DataFrame, text: str, label: str, groups: Sequence[GroupColumn], by: str | None = None
) -> pd.DataFrame:
    """The columns that a run uses, under the names it uses.

    Returns:
        id (row number in the source, from 1, as text), text, label, one column per group, and `cluster` when `by` is
        given; all text, None where missing.

    Raises:
        DataError: A column is missing, a group column is free text, or a name is taken.
    """
    check_columns(source, frame, [text, label, *(g.column for g in groups), *([by] if by else [])])
    taken = sorted({g.column for g in groups} & {ID, TEXT, LABEL, CLUSTER})
    chosen = pd.DataFrame({ID: [str(n) for n in range(1, len(frame) + 1)]}, dtype=object)
    chosen[TEXT] = _as_text(frame[text])
    chosen[LABEL] = _without_point_zero(_as_text(frame[label]))
    if taken:
        raise DataError(f"{source}: a group column may not be called {taken[0]!r}, the name is taken; rename it")
    for group in groups:
        values = frame[group.column].reset_index(drop=True)
        named = cut_into_bands(values, group.bands, source) if group.bands else _without_point_zero(_as_text(values))
        _check_group(source, group.column, named)
        chosen[group.column] = named
    if by:
        chosen[CLUSTER] = _as_text(frame[by])
    return chosen


def drop_missing_rows(source: str, frame: pd.DataFrame, *, drop: bool) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows with text and label.

    Returns:
        The rows that have both, and how many lacked which.

    Raises:
        DataError: Some lack one and `drop` is false, or none is left.
    """
    has_label = frame[LABEL].notna().to_numpy()
    has_text = np.array([value is not None and value.strip() != "" for value in frame[TEXT]], dtype=bool)
    counts = {"missing_label": int((~has_label).sum()), "missing_text": int((has_label & ~has_text).sum())}
    kept = frame[has_label & has_text].reset_index(drop=True)
    if kept.empty:
        raise DataError(f"{source}: no row has both text and label; check data.text and data.label")
    n_missing = sum(counts.values())
    if n_missing and not drop:
        first = int(np.flatnonzero(~(has_label & has_text))[0]) + 1
        raise DataError(
            f"{source}: every row needs text and label, {counts['missing_text']} lack the text and "
            f"{counts['missing_label']} the label (the first is row {first}); fill them in or set "
            "data.drop_missing: true"
        )
    return kept, {name: n for name, n in counts.items() if n}


def check_classes(source: str, labels: pd.Series, n_splits: int) -> None:
    """Refuse labels that cannot be learnt and tested.

    Raises:
        DataError: One class only, too many classes, or a class with fewer examples than splits.
    """
    counts = labels.value_counts()
    if len(counts) < 2:
        raise DataError(f"{source}: a classifier needs two classes or more, every label is {counts.index[0]!r}")
    if len(counts) > _MOST_CLASSES or len(counts) > max(2, len(labels) / 2):
        raise DataError(
            f"{source}: the label column has {len(counts):,} different values in {len(labels):,} rows, which is a "
            "number or free text and not a class; choose another data.label"
        )
    rare = counts[counts < n_splits]
    if len(rare):
        raise DataError(
            f"{source}: every class needs at least {n_splits} examples, one for each split, {rare.index[-1]!r} has "
            f"{int(rare.iloc[-1])}; add examples, merge the class, or drop it"
        )


def _as_text(values: pd.Series) -> pd.Series:
    """Text of each cell: whole numbers without a point, None where missing."""
    return pd.Series([_cell(value) for value in values], dtype=object)


def _without_point_zero(values: pd.Series) -> pd.Series:
    """`1` for `1.0` where the whole column is so: a csv writer's way with whole numbers beside missing cells."""
    present = [value for value in values if value is not None]
    if present and all(_POINT_ZERO.fullmatch(value) for value in present):
        return pd.Series([value and value.partition(".")[0] for value in values], dtype=object)
    return values


def _cell(value: object) -> str | None:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _check_group(source: str, column: str, values: pd.Series) -> None:
    n = values.nunique()
    if n > _FREE_TEXT_VALUES and n > _FREE_TEXT_SHARE * len(values):
        raise DataError(
            f"{source}: a group column has a few values, {column!r} has {n:,} in {len(values):,} rows; choose another, "
            f"or cut a number into bands with `{column}: [edges]`"
        )
