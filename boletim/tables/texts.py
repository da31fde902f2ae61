"""The one rule from a cell to a text."""

from typing import Any

import numpy as np

from boletim.contracts.errors import DataError, row_of
from boletim.tables.names import is_missing


def text_of(source: str, row: int, cell: Any, column: str) -> str | None:
    """The text that a cell holds, as it stands; None where it is missing or blank.

    Args:
        source: Named in the error.
        row: Its number, from 1.
        cell: Of any type; a number is a text too.
        column: Its name.

    Raises:
        DataError: The cell holds several values, or bytes that are no text.
    """
    if is_missing(cell):
        return None
    if isinstance(cell, bytes):
        try:
            cell = cell.decode("utf-8")
        except UnicodeDecodeError:
            raise DataError("text_bytes", column=column, at=row_of(source, row)) from None
    if isinstance(cell, list | dict | tuple | set | np.ndarray):
        raise DataError("one_cell", column=column, kind=type(cell).__name__, at=row_of(source, row))
    text = str(cell)
    return text if text.strip() else None
