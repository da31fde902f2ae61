"""Columns that hold any number of labels in a cell."""

import ast
import re
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError

SEPARATOR = "|"
"""Between the labels of one text cell."""
_WRITTEN_LIST = re.compile(r"\s*\[.*\]\s*", re.DOTALL)


def are_label_lists(values: pd.Series) -> bool:
    """Whether a cell is a list, a text with `|`, or a text such as `['a', 'b']`, as pandas writes lists to csv."""
    return any(_is_list(value) or (isinstance(value, str) and _is_written(value)) for value in values)


def split_labels(source: str, values: pd.Series) -> list[tuple[str, ...]]:
    """The labels of each cell, sorted, each once, without white space around them; whole numbers without a point.

    An empty list is a row without labels, and so is an empty cell in a column of texts. In a column with lists an empty
    cell is an error, since there an empty list could have been written.

    Args:
        source: Named in errors.
        values: (n,) cells as read.

    Raises:
        DataError: A list is missing, or a cell holds what is no label, with its row.
    """
    has_lists = any(_is_list(value) for value in values)
    return [_labels(source, row, value, str(values.name), has_lists) for row, value in enumerate(values, start=1)]


def _labels(source: str, row: int, value: Any, column: str, has_lists: bool) -> tuple[str, ...]:
    if _is_list(value):
        parts = list(value)
    elif value is None or (isinstance(value, float) and np.isnan(value)):
        if has_lists:
            raise DataError(
                f"{source}, row {row}: every row needs its list of labels, {column!r} has none; write [] for no label"
            )
        parts = []
    elif isinstance(value, str) and _WRITTEN_LIST.fullmatch(value):
        parts = _read_written(source, row, value, column)
    else:
        parts = str(value).split(SEPARATOR)
    if any(part is None or isinstance(part, list | dict | tuple) for part in parts):
        raise DataError(f"{source}, row {row}: a label is a text or a number, {column!r} is {value!r}; mend it")
    return tuple(sorted({name for part in parts if (name := _name(part))}))


def _read_written(source: str, row: int, value: str, column: str) -> list[Any]:
    try:
        found = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError) as error:
        raise DataError(
            f"{source}, row {row}: a list is written as in ['a', 'b'], {column!r} is {value[:60]!r}; "
            f"mend it, or write the labels with {SEPARATOR} between them"
        ) from error
    return list(found)


def _name(part: Any) -> str:
    if isinstance(part, float | np.floating) and float(part).is_integer():
        return str(int(part))
    return str(part).strip()


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple | set | np.ndarray)


def _is_written(value: str) -> bool:
    return SEPARATOR in value or bool(_WRITTEN_LIST.fullmatch(value))
