"""Read csv and tsv files, strictly: every row has as many cells as the header."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.errors import DataError, line_of
from boletim.contracts.sentence import Sentence
from boletim.tables.dialect import LONGEST_CELL, BrokenRow, Dialect, find_dialect, rows_of
from boletim.tables.encoding import not_decodable
from boletim.tables.names import check_each_once


def header_of(file: Path, read: ReadConfig) -> list[str]:
    """Names of the columns that have one; empty where the file holds blank lines alone.

    Raises:
        DataError: A name stands twice, the file is not in its encoding, or its quotes are broken.
    """
    dialect = find_dialect(file, read)
    header = [name for name in next(_rows(file, dialect), []) if name]
    check_each_once(Sentence("errors.line_of", file=file, line=1 + dialect.n_skipped), header)
    return header


def delimited_batches(
    file: Path, read: ReadConfig, n_rows: int | None, columns: Sequence[str] | None
) -> Iterator[pd.DataFrame]:
    """Rows below the header, `n_rows` at a time or all at once, object columns, None for an empty cell.

    Columns without a name and rows without any cell, which Excel leaves behind, are left out. A decimal comma is
    written as a point.

    Args:
        file: csv or tsv.
        read: How; what it leaves open is found out.
        n_rows: Most rows in a batch; None for all.
        columns: Which to keep; None keeps all.

    Raises:
        DataError: A row has another number of cells, the quotes are broken, or the file is not in its encoding, with
            the line.
    """
    dialect = find_dialect(file, read)
    rows = _rows(file, dialect)
    header = next(rows, [])
    wanted = None if columns is None else set(columns)
    places = [place for place, name in enumerate(header) if name and (wanted is None or name in wanted)]
    kept = [header[place] for place in places]
    with_comma = [i for i, place in enumerate(places) if place in dialect.comma_columns]
    while batch := list(islice(rows, n_rows)):
        cells = np.array(batch, dtype=object).reshape(len(batch), len(header))[:, places]
        for i in with_comma:
            cells[:, i] = [cell.replace(".", "").replace(",", ".") if "," in cell else cell for cell in cells[:, i]]
        cells[cells == ""] = None
        yield pd.DataFrame(cells, columns=kept, dtype=object)


def how_delimited(file: Path, read: ReadConfig) -> tuple[str, ...]:
    """What was found out about the file and is not as usual."""
    dialect = find_dialect(file, read)
    n_unnamed = sum(not name for name in next(_rows(file, dialect), []))
    if not n_unnamed:
        return dialect.notes
    counts = {} if n_unnamed == 1 else {"n": n_unnamed}
    return (*dialect.notes, Sentence(f"terminal.data.note_unnamed{'' if counts else '_one'}", **counts))


def _rows(file: Path, dialect: Dialect) -> Iterator[list[str]]:
    """The header, then every row that is not blank."""
    longest = csv.field_size_limit(LONGEST_CELL)
    n_cells = 0
    try:
        for line, cells in rows_of(file, dialect):
            if n_cells == 0:
                n_cells = len(cells)
                cells = [name.strip() for name in cells]
            if len(cells) != n_cells:
                raise DataError("cells", n_cells=n_cells, n=len(cells), at=line_of(file, line))
            if n_cells > 1 and not any(cells):
                continue
            yield [_unquoted(cell) for cell in cells] if dialect.is_plain else cells
    except BrokenRow as error:
        raise DataError("quotes", reason=error, at=line_of(file, error.line)) from error
    except UnicodeError as error:
        raise not_decodable(file, dialect.encoding) from error
    finally:
        csv.field_size_limit(longest)


def _unquoted(cell: str) -> str:
    """A cell that is quoted as a whole, without its quotes."""
    if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"':
        return cell
    inner = cell[1:-1]
    return inner.replace('""', '"') if '"' not in inner.replace('""', "") else cell
