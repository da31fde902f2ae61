"""From a raw table to the columns id, text, label and groups."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.config import GroupColumn
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT
from boletim.contracts.errors import DataError
from boletim.contracts.evidence_columns import SCORE_PREFIX
from boletim.tables.bands import cut_into_bands
from boletim.tables.read import check_columns
from tuning.clean import drop_control_characters
from tuning.label_sets import label_set_texts

_WHOLE = re.compile(r"-?(0|[1-9]\d*)(\.0+)?")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_MOST_CLASSES = 1_000
_MANY_VALUES, _TOO_MANY_VALUES, _FREE_TEXT_SHARE = 50, 200, 0.1


def select_columns(
    source: str,
    frame: pd.DataFrame,
    text: str,
    label: str,
    groups: Sequence[GroupColumn],
    is_multi_label: bool = False,
) -> pd.DataFrame:
    """The columns that a run uses, under the names it uses.

    Args:
        source: Named in errors.
        frame: As read.
        text: Its text column.
        label: Its label column.
        groups: Its group columns, cut into bands where asked.
        is_multi_label: A row has any number of labels; the label column then names sets, as `write_labels` does.

    Returns:
        Object columns: id (row number in the source, from 1), text, label, then one per group; None where missing.
        Labels and groups are names: no white space around them, whole numbers without a point.

    Raises:
        DataError: A column is missing, a group column is free text or no number where bands are asked, a cell holds a
            list, or a name is taken.
    """
    check_columns(source, list(frame.columns), [text, label, *(group.column for group in groups)])
    for group in groups:
        if group.column in (ID, TEXT, LABEL, CLUSTER, WEIGHT, "predicted") or group.column.startswith(SCORE_PREFIX):
            raise DataError(
                f"{source}: a group column may not be called {group.column!r}, the run folder's files use this name; "
                "rename it"
            )
    chosen = pd.DataFrame({ID: [str(n) for n in range(1, len(frame) + 1)]}, dtype=object)
    chosen[TEXT] = pd.Series([_text(source, row, frame[text]) for row in range(len(frame))], dtype=object)
    chosen[LABEL] = (label_set_texts if is_multi_label else name_values)(source, frame[label])
    for group in groups:
        if group.bands:
            chosen[group.column] = cut_into_bands(frame[group.column], group.bands, source)
        else:
            chosen[group.column] = name_values(source, frame[group.column])
            _check_group(source, group.column, chosen[group.column])
    return chosen


def name_values(source: str, values: pd.Series) -> pd.Series:
    """Names of classes, groups or authors: `1` for 1, 1.0 and a column of texts such as `1.0`; `True` for true.

    Raises:
        DataError: A cell holds a list or an object.
    """
    names = [_name(source, row, value, str(values.name)) for row, value in enumerate(values, start=1)]
    if all(name is None or _WHOLE.fullmatch(name) for name in names):
        names = [name and name.partition(".")[0] for name in names]
    return pd.Series(names, dtype=object)


def drop_missing_rows(source: str, frame: pd.DataFrame, *, drop: bool) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows with text and label, under the index they had.

    Returns:
        The rows that have both, and how many lacked which; a row that lacks both counts under the text.

    Raises:
        DataError: Some lack one and `drop` is false, or none is left.
    """
    has_text, has_label = frame[TEXT].notna().to_numpy(), frame[LABEL].notna().to_numpy()
    has_both = has_text & has_label
    counts = {"missing_text": int((~has_text).sum()), "missing_label": int((has_text & ~has_label).sum())}
    if not has_both.any():
        empty = "text" if not has_text.any() else "label"
        raise DataError(f"{source}: no row has both text and label; check data.{empty}, the column's name")
    if not has_both.all() and not drop:
        raise DataError(
            f"{source}: every row needs text and label, {counts['missing_text']:,} lack the text and "
            f"{counts['missing_label']:,} the label (the first is row {int(np.argmin(has_both)) + 1}); "
            "fill them in or set data.drop_missing: true"
        )
    return frame[has_both], counts


def check_classes(source: str, labels: pd.Series, n_splits: int) -> None:
    """Refuse labels that cannot be learnt and tested.

    Args:
        source: Named in errors.
        labels: (n,) after cleaning, none missing.
        n_splits: Each class needs as many examples.

    Raises:
        DataError: No example, one class only, too many classes, or a class with fewer examples than splits.
    """
    counts = labels.value_counts()
    if counts.empty:
        raise DataError(f"{source}: cleaning must leave some texts, every one is empty; check data.text and data.clean")
    if len(counts) < 2:
        raise DataError(
            f"{source}: a classifier needs two classes or more, every label is {counts.index[0]!r}; "
            "add examples of another class or check data.label"
        )
    if len(counts) > _MOST_CLASSES or len(counts) > max(2, len(labels) / 2):
        raise DataError(
            f"{source}: the label column has {len(counts):,} different values in {len(labels):,} rows, which is a "
            "number or free text and not a class; choose another data.label"
        )
    rare = counts[counts < n_splits].sort_index()
    if len(rare):
        raise DataError(
            f"{source}: every class needs at least {n_splits} examples, one for each split, {rare.index[0]!r} has "
            f"{int(rare.iloc[0])} after cleaning; add examples, merge the class, or drop it"
        )


def _text(source: str, row: int, values: pd.Series) -> str | None:
    value = values.iloc[row]
    if _is_missing(value):
        return None
    _refuse_nested(source, row + 1, value, str(values.name))
    text = str(value)
    return text if text.strip() else None


def _name(source: str, row: int, value: Any, column: str) -> str | None:
    if _is_missing(value):
        return None
    _refuse_nested(source, row, value, column)
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return " ".join(drop_control_characters(str(value)).split()) or None


def _is_missing(value: Any) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and np.isnan(value))
    )


def _refuse_nested(source: str, row: int, value: Any, column: str) -> None:
    if isinstance(value, list | dict | tuple | set | np.ndarray | bytes):
        raise DataError(
            f"{source}, row {row}: a cell holds one text or number, {column!r} has a {type(value).__name__}; "
            "give one value a row"
        )


def _check_group(source: str, column: str, values: pd.Series) -> None:
    """More than 50 values are too many when they are numbers, or a tenth of the rows; more than 200 always are."""
    present = values.dropna()
    n = present.nunique()
    if n <= _MANY_VALUES:
        return
    is_number = all(_NUMBER.fullmatch(value) for value in present.unique())
    if is_number or n > _TOO_MANY_VALUES or n > _FREE_TEXT_SHARE * len(present):
        remedy = f"cut it into bands with `{column}: [edges]`" if is_number else "choose another or merge its values"
        raise DataError(
            f"{source}: a group column has a few values, {column!r} has {n:,} in {len(values):,} rows; {remedy}"
        )
