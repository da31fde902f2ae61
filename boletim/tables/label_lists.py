"""Columns that hold any number of labels in a cell."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.answers.label_sets import SEPARATOR
from boletim.contracts.errors import DataError
from boletim.contracts.sentence import Sentence
from boletim.tables.label_names import renamed
from boletim.tables.names import is_missing, name_of

_MOST_LABELS = 1_000
"""Of one row."""
_WRITTEN_LIST = re.compile(r"\s*\[(.*)\]\s*", re.DOTALL)
_ITEM = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([^\s,'"\[\]{}()][^,'"\[\]{}()]*))\s*(?:,|$)""")


def are_lists(values: pd.Series) -> bool:
    """Whether a cell is a list: the column's type, and never the look of a text, says that a row has several labels."""
    return any(_is_list(value) for value in values)


def look_like_lists(values: pd.Series) -> bool:
    """Whether a cell is a list, a text with `|`, or a text such as `['a', 'b']`, as pandas writes lists to csv."""
    return any(_is_list(value) or (isinstance(value, str) and _is_written(value)) for value in values)


def split_labels(source: str, values: pd.Series, given: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
    """The labels of each cell, sorted, each once, by the rule for names.

    In a column with lists a text is one label and an empty cell an error, since an empty list could have been written.
    In a column of texts the labels stand between `|`, or as in `['a', 'b']`, and an empty cell has none. Lists of 0 and
    1 that are all of one length have a place for each label, which must have been given a name.

    Args:
        source: Named in errors.
        values: (n,) cells as read.
        given: Names that the user gave to labels.

    Raises:
        DataError: A list is missing, or a cell holds what is no label, with its row.
    """
    names = dict(given or {})
    if (n_places := _n_places(values)) is not None:
        return _of_places(source, values, n_places, names)
    has_lists = are_lists(values)
    known: dict[Any, str] = {}
    return [
        _labels(Sentence("errors.row_of", file=source, row=row), value, str(values.name), has_lists, names, known)
        for row, value in enumerate(values, start=1)
    ]


def _labels(
    where: str, value: Any, column: str, has_lists: bool, given: Mapping[str, str], known: dict[Any, str]
) -> tuple[str, ...]:
    if _is_list(value):
        parts = list(value)
    elif is_missing(value):
        if has_lists:
            raise DataError("no_list", column=column, at=where)
        parts = []
    elif has_lists or not isinstance(value, str):
        parts = [value]
    elif written := _WRITTEN_LIST.fullmatch(value):
        parts = _read_written(where, written[1], column)
    else:
        parts = value.split(SEPARATOR)
    if len(parts) > _MOST_LABELS:
        raise DataError("row_labels", n_most_labels=_MOST_LABELS, column=column, n_parts=len(parts), at=where)
    found = set()
    for part in parts:
        key = (type(part), part) if not _is_list(part) and not isinstance(part, dict) else None
        if key is None or part is None:
            shown = repr(value)[:60]
            raise DataError("label_kind", column=column, value=shown, at=where)
        if key not in known:
            try:
                known[key] = renamed(name_of(part) or "", given)
            except ValueError as error:
                raise DataError("in_column", where=where, column=column, said=error) from error
        found.add(known[key])
    return tuple(sorted(found - {""}))


def _read_written(where: str, inner: str, column: str) -> list[str]:
    found, place = [], 0
    inner = inner.strip()
    while place < len(inner):
        item = _ITEM.match(inner, place)
        if item is None:
            raise DataError("label_cell", column=column, value=f"[{inner}]"[:60], sign=SEPARATOR, at=where)
        found.append(next(part for part in item.groups() if part is not None))
        place = item.end()
    return found


def _n_places(values: pd.Series) -> int | None:
    """The common length of lists of 0 and 1, one place for each label; None where the cells are something else."""
    length: int | None = None
    has_repeats = False
    for value in values:
        if not _is_list(value) or isinstance(value, set) or len(value) < 2 or length not in (None, len(value)):
            return None
        if any(isinstance(part, str | list | dict | tuple | np.ndarray) or part not in (0, 1) for part in value):
            return None
        length = len(value)
        has_repeats |= len(set(value)) < length
    return length if has_repeats else None


def _of_places(source: str, values: pd.Series, n: int, given: Mapping[str, str]) -> list[tuple[str, ...]]:
    lacking = [str(place) for place in range(n) if str(place) not in given]
    if lacking:
        raise DataError(
            "zeros_and_ones",
            column=str(values.name),
            n=n,
            options=" ".join(f"--label-name {place}=NAME" for place in lacking[:3]),
            more=" …" * (len(lacking) > 3),
            at=source,
        )
    return [tuple(sorted({given[str(place)] for place, part in enumerate(row) if part})) for row in values]


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple | set | np.ndarray)


def _is_written(value: str) -> bool:
    return SEPARATOR in value or bool(_WRITTEN_LIST.fullmatch(value))
