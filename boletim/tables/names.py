"""The one rule from a cell to the name of a class, a group or an author."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError, RuleError
from boletim.contracts.sentence import Sentence

LONGEST_NAME = 500
"""Characters; what is longer is a text."""
_WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))\.0+")
_SPACING = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?|\d{1,2}/\d{1,2}/\d{2,4}([ T].*)?", re.DOTALL)
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?")
_FEW_VALUES, _FEW_NUMBERS, _MOST_VALUES, _FREE_TEXT_SHARE = 50, 100, 1_000, 0.1


def check_each_once(source: str, names: Sequence[str]) -> None:
    """Refuse a table in which two columns have one name.

    Raises:
        DataError: Names it.
    """
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise DataError("column_twice", column=twice[0], at=source)


def name_of(cell: Any) -> str | None:
    """The name that a cell holds, None where it is missing or blank.

    Letters are composed (NFC), signs that nobody sees go, white space is one space. A whole number has no point,
    whether it is a number or a text; a truth value is True or False; a day is written 2024-12-31.

    >>> [name_of(cell) for cell in (1, 1.0, "1.00", Decimal("1.00"), True, " a  b ", b"x", float("nan"), "")]
    ['1', '1', '1', '1', 'True', 'a b', 'x', None, None]

    Raises:
        ValueError: The cell holds several values, bytes that are no text, or a text too long for a name; the message
            says what it must be.
    """
    if is_missing(cell):
        return None
    if isinstance(cell, str):
        name = cell
    elif isinstance(cell, bytes):
        try:
            name = cell.decode("utf-8")
        except UnicodeDecodeError:
            raise RuleError("name_bytes") from None
    else:
        name = _written(cell)
    name = " ".join(drop_control_characters(name).split())
    if len(name) > LONGEST_NAME:
        raise RuleError("name_long", n_most=LONGEST_NAME, n_name=len(name), name=name[:40])
    whole = _WHOLE.fullmatch(name)
    name = whole[1] if whole else name
    return ("0" if name == "-0" else name) or None


def as_names(source: str, values: pd.Series, first_row: int = 1) -> pd.Series:
    """Each cell's name, categorical, missing where the cell is; each distinct cell is looked at once.

    Args:
        source: Named in the error.
        values: Cells of any type.
        first_row: Number of the first row, for the error.

    Raises:
        DataError: A cell holds no name, with its row.
    """
    codes, distinct = _distinct(values)
    names: list[str | None] = []
    for place, cell in enumerate(distinct):
        try:
            names.append(name_of(cell))
        except ValueError as error:
            row = first_row + int(np.argmax(codes == place))
            raise DataError("row_column", source=source, row=row, column=str(values.name), said=error) from error
    known = sorted({name for name in names if name})
    where = {name: index for index, name in enumerate(known)}
    table = np.array([*(-1 if name is None else where[name] for name in names), -1], dtype=np.int64)
    return pd.Series(pd.Categorical.from_codes(table[codes], categories=pd.Index(known, dtype=object)))


def as_objects(named: pd.Series) -> np.ndarray:
    """(n,) object: what `as_names` gave, None where missing."""
    table = np.array([*named.cat.categories, None], dtype=object)
    return np.asarray(table[named.cat.codes.to_numpy()], dtype=object)


def drop_control_characters(text: str) -> str:
    """The text without characters that no one sees, in composed form (NFC); a control that separates leaves a space."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", _SPACING.sub(" ", text)))


def is_missing(cell: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NA or NaT."""
    return (
        cell is None
        or cell is pd.NA
        or cell is pd.NaT
        or (isinstance(cell, float | np.floating) and np.isnan(cell))
        or (isinstance(cell, Decimal) and cell.is_nan())
    )


def check_group(source: str, column: str, names: Any, n_present: int) -> None:
    """Refuse a group column that is a number, a date or free text.

    Up to 50 values are groups, and up to 100 numbers, such as ages. More names are where each stands for ten rows on
    average, up to 1,000; more numbers are cut into bands.

    Args:
        source: Named in the error.
        column: The column.
        names: Its distinct names.
        n_present: Rows that have one.

    Raises:
        DataError: With what to do about it.
    """
    n = len(names)
    if n <= _FEW_VALUES:
        return
    is_number = all(_NUMBER.fullmatch(name) for name in names)
    is_date = not is_number and all(_DATE.fullmatch(name) for name in names)
    if is_number and n <= _FEW_NUMBERS:
        return
    if not (is_number or is_date or n > _MOST_VALUES or n > _FREE_TEXT_SHARE * n_present):
        return
    remedy = Sentence("errors.group_merge")
    if is_number:
        remedy = Sentence("errors.group_bands", column=column)
    elif is_date:
        remedy = Sentence("errors.group_dates", column=column)
    raise DataError(
        "group_values",
        column=column,
        n=n,
        n_present=n_present,
        remedy=remedy,
        n_few=_FEW_VALUES,
        n_numbers=_FEW_NUMBERS,
        n_most_values=_MOST_VALUES,
        at=source,
    )


def _written(cell: Any) -> str:
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell))
    if isinstance(cell, list | tuple | set | frozenset | dict | np.ndarray):
        raise _nested(cell)
    if isinstance(cell, float | np.floating):
        return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell.is_finite() else str(cell)
    if isinstance(cell, datetime):
        return str(cell.date()) if cell == datetime(cell.year, cell.month, cell.day, tzinfo=cell.tzinfo) else str(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _nested(cell: Any) -> RuleError:
    one = cell[0] if isinstance(cell, list) and len(cell) == 1 else cell
    if isinstance(one, dict) and {"label", "score"} <= set(one):
        return RuleError("name_of_pipeline")
    return RuleError("name_nested", kind=type(cell).__name__)


def _distinct(values: pd.Series) -> tuple[np.ndarray, Any]:
    """(n,) place of each cell among the distinct ones, -1 where missing; and these."""
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if not kind.startswith(("mixed", "unknown")) or kind == "mixed-integer-float":
        codes, found = pd.factorize(values, use_na_sentinel=True)
        return np.asarray(codes), found
    place: dict[Any, int] = {}  # by type too: True is not 1, and lists have no hash
    held: list[Any] = []
    out = np.empty(len(values), dtype=np.int64)
    for row, cell in enumerate(values):
        if is_missing(cell):
            out[row] = -1
            continue
        key = (type(cell), cell if not isinstance(cell, list | set | dict | np.ndarray | tuple) else row)
        if key not in place:
            place[key] = len(held)
            held.append(cell)
        out[row] = place[key]
    return out, held
