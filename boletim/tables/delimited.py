"""Read csv and tsv files, strictly: every row has as many cells as the header."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError
from boletim.tables.utf8 import not_utf8

_LONGEST_CELL = 1 << 30


def header_of(file: Path, delimiter: str) -> list[str]:
    """Names of the columns; empty where the file holds blank lines alone.

    Raises:
        DataError: A name stands twice, the file is not UTF-8, or its quotes are broken.
    """
    header = next(_rows(file, delimiter), [])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataError(f"{file}, line 1: a column's name stands once, {twice[0]!r} stands twice; rename one")
    return header


def delimited_batches(
    file: Path, delimiter: str, n_rows: int | None, columns: Sequence[str] | None
) -> Iterator[pd.DataFrame]:
    """Rows below the header, `n_rows` at a time or all at once, object columns, None for an empty cell.

    Args:
        file: In UTF-8, with or without a byte order mark.
        delimiter: Between cells.
        n_rows: Most rows in a batch; None for all.
        columns: Which to keep; None keeps all.

    Raises:
        DataError: A row has another number of cells, the quotes are broken, or the file is not UTF-8, with the line.
    """
    rows = _rows(file, delimiter)
    header = next(rows, [])
    kept = [name for name in header if columns is None or name in columns]
    places = [header.index(name) for name in kept]
    while batch := list(islice(rows, n_rows)):
        cells = np.array(batch, dtype=object).reshape(len(batch), len(header))[:, places]
        cells[cells == ""] = None
        yield pd.DataFrame(cells, columns=kept, dtype=object)


def _rows(file: Path, delimiter: str) -> Iterator[list[str]]:
    """The header, then every row that is not blank."""
    longest = csv.field_size_limit(_LONGEST_CELL)
    n_cells = 0
    line = 1
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:  # \n, \r and \r\n end a line, U+2028 does not
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            for cells in reader:
                if cells:
                    n_cells = n_cells or len(cells)
                    if len(cells) != n_cells:
                        raise DataError(
                            f"{file}, line {line}: every row has {n_cells} cells like the header, this has "
                            f"{len(cells)}; quote cells that hold the delimiter"
                        )
                    yield cells
                line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{file}, line {line}: not a table ({error}); mend the quotes of this row") from error
    except UnicodeDecodeError as error:
        raise not_utf8(file) from error
    finally:
        csv.field_size_limit(longest)
