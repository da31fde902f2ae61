"""Read a table: csv, tsv, jsonl or parquet, whole or in batches, with errors that name the place."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from boletim.contracts.errors import DataError
from boletim.tables.delimited import delimited_batches, header_of
from boletim.tables.json_lines import first_keys, json_lines_batches
from boletim.tables.parquet import parquet_batches, parquet_columns, parquet_n_rows

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def read_table(path: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """All rows of a local table.

    Args:
        path: A csv, tsv, jsonl or parquet file.
        columns: Columns that must be there.

    Returns:
        The table with all its columns, dtype object. Cells of csv and tsv are texts as they stand; only an empty one
        is missing, so a class called `NA` or `None` stays a class.

    Raises:
        DataError: The file is missing, empty, broken (with its line), not UTF-8, or lacks a column.
    """
    file = _readable(path)
    frame = next(_batches(file, None, None))
    check_columns(str(file), list(frame.columns), columns or ())
    return frame


def table_batches(path: str, columns: Sequence[str], n_rows: int) -> Iterator[pd.DataFrame]:
    """Some columns of a local table, a number of rows at a time, so that memory does not grow with the file.

    Args:
        path: A csv, tsv, jsonl or parquet file.
        columns: Which, each once. A jsonl file has a column when one of its rows has it.
        n_rows: Most rows in one batch.

    Yields:
        The rows in their order, as `read_table` gives them, each batch with an index from 0.

    Raises:
        DataError: As `read_table`; what lies behind a broken row is not read.
    """
    file = _readable(path)
    seen: dict[str, None] = {}
    for frame in _batches(file, n_rows, columns):
        seen |= dict.fromkeys(map(str, frame.columns))
        yield frame.reindex(columns=list(columns))
    check_columns(str(file), list(seen), columns)


def column_names(path: str) -> list[str]:
    """Names of the columns, in order; of a jsonl file, those of its first row.

    Raises:
        DataError: The file is missing, empty, of another kind, or broken at its head.
    """
    file = _readable(path)
    match file.suffix.lower():
        case ".jsonl":
            return first_keys(file)
        case ".parquet":
            return parquet_columns(file)
        case suffix:
            return header_of(file, _DELIMITERS[suffix])


def about_rows(path: str) -> int:
    """How many rows a table has, for progress bars: exact for parquet; at most so many for the others, at least one.

    Raises:
        DataError: As `column_names`.
    """
    file = _readable(path)
    if file.suffix.lower() == ".parquet":
        return max(parquet_n_rows(file), 1)
    with file.open("rb") as stream:
        return 1 + sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


def check_columns(source: str, names: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Args:
        source: Named in the error.
        names: Columns that there are.
        columns: Columns that must be there.

    Raises:
        DataError: Names the columns there are, and the nearest.
    """
    names = [str(name) for name in names]
    for column in columns:
        if column in names:
            continue
        nearest = difflib.get_close_matches(column, names, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "; name one of these"
        if len(names) == 1 and ";" in names[0]:
            hint = "; cells are separated by commas and here they seem to be by semicolons, save it with commas"
        more = f" and {len(names) - 30:,} more" if len(names) > 30 else ""
        raise DataError(f"{source}: there is no column {column!r}, the columns are {', '.join(names[:30])}{more}{hint}")


def _batches(file: Path, n_rows: int | None, columns: Sequence[str] | None) -> Iterator[pd.DataFrame]:
    """At least one batch; all rows in one where `n_rows` is None."""
    match file.suffix.lower():
        case ".jsonl":
            batches = json_lines_batches(file, n_rows)
        case ".parquet":
            names = parquet_columns(file)
            check_columns(str(file), names, columns or ())
            batches = parquet_batches(file, n_rows, columns)
        case suffix:
            names = header_of(file, _DELIMITERS[suffix])
            check_columns(str(file), names, columns or ())
            batches = delimited_batches(file, _DELIMITERS[suffix], n_rows, columns)
    is_empty = True
    for frame in batches:
        is_empty = False
        yield frame
    if is_empty:
        raise DataError(f"{file}: there must be rows after the header, there are none; give a file with data")


def _readable(path: str) -> Path:
    file = Path(path).expanduser()
    try:
        if file.is_dir():
            raise DataError(f"{file}: data are a file, this is a folder; give one of {', '.join(SUFFIXES)}")
        with file.open("rb") as stream:
            if not stream.read(1):
                raise DataError(f"{file}: the file is empty; give a file with a header and rows")
    except FileNotFoundError as error:
        raise DataError(
            f"{file}: no such file; check the spelling (a path is relative to the configuration's folder)"
        ) from error
    except PermissionError as error:
        raise DataError(f"{file}: may not be read (no permission); change its permissions") from error
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}); give a readable file") from error
    if file.suffix.lower() not in SUFFIXES:
        raise DataError(f"{file}: a table ends in one of {', '.join(SUFFIXES)}, got {file.suffix!r}; convert it")
    return file
