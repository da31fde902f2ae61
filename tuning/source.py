"""Read a table of labelled text: csv, tsv, jsonl or parquet."""

import csv
import difflib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.errors import DataError

_SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def is_file_path(source: str) -> bool:
    """Whether a source means a local file and not a hub id."""
    path = Path(source).expanduser()
    return path.exists() or path.suffix.lower() in (*_SUFFIXES, ".json", ".txt") or source.startswith((".", "/", "~"))


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
    file = Path(path).expanduser()
    _check_readable(file)
    match file.suffix.lower():
        case ".csv":
            frame = _read_delimited(file, ",")
        case ".tsv":
            frame = _read_delimited(file, "\t")
        case ".jsonl":
            frame = _read_jsonl(file)
        case ".parquet":
            frame = _read_parquet(file)
        case suffix:
            raise DataError(f"{file}: a table ends in one of {', '.join(_SUFFIXES)}, got {suffix!r}; convert it")
    if frame.empty:
        raise DataError(f"{file}: there must be rows after the header, there are none; give a file with data")
    check_columns(str(file), frame, columns or ())
    return frame


def check_columns(source: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        DataError: Names the columns there are, and the nearest.
    """
    names = [str(name) for name in frame.columns]
    for column in columns:
        if column in names:
            continue
        nearest = difflib.get_close_matches(column, names, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "; name one of these"
        if len(names) == 1 and ";" in names[0]:
            hint = "; cells are separated by commas and here they seem to be by semicolons, save it with commas"
        raise DataError(f"{source}: there is no column {column!r}, the columns are {', '.join(names)}{hint}")


def _check_readable(file: Path) -> None:
    try:
        if file.is_dir():
            raise DataError(f"{file}: data are a file, this is a folder; give one of {', '.join(_SUFFIXES)}")
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


def _read_delimited(file: Path, delimiter: str) -> pd.DataFrame:
    stream = io.StringIO(_decode(file), newline="")  # only \n, \r and \r\n end a line, not U+2028 and its kin
    longest = csv.field_size_limit(1 << 30)
    try:
        header, rows = _parse(file, csv.reader(stream, delimiter=delimiter, strict=True))
    finally:
        csv.field_size_limit(longest)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataError(f"{file}, line 1: a column's name stands once, {twice[0]!r} stands twice; rename one")
    return pd.DataFrame(rows, columns=header, dtype=object)


def _parse(file: Path, reader: Any) -> tuple[list[str], list[list[str | None]]]:
    header: list[str] = []
    rows: list[list[str | None]] = []
    line = 1
    try:
        for cells in reader:
            if header and cells and len(cells) != len(header):
                raise DataError(
                    f"{file}, line {line}: every row has {len(header)} cells like the header, this has {len(cells)}; "
                    "quote cells that hold the delimiter"
                )
            if header and cells:
                rows.append([cell if cell != "" else None for cell in cells])
            header = header or cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{file}, line {line}: not a table ({error}); mend the quotes of this row") from error
    return header, rows


def _decode(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"{file}, line {line}: text is UTF-8, byte {raw[error.start]:#04x} at offset {error.start} is not; "
            "save the file as UTF-8"
        ) from error


def _read_jsonl(file: Path) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_decode(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(
                f"{file}, line {number}: not JSON ({error}); write one object per line, with quotes and braces closed"
            ) from error
        if not isinstance(row, dict):
            raise DataError(
                f"{file}, line {number}: one JSON object per line, got a {type(row).__name__}; "
                'write lines such as {"text": "...", "label": "..."}'
            )
        rows.append({key: _whole(value) for key, value in row.items()})
    return pd.DataFrame(rows, dtype=object)


def _whole(value: Any) -> Any:
    """JSON may escape half a character, which no file can hold."""
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def _read_parquet(file: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame: pd.DataFrame = pq.ParquetFile(file).read().to_pandas(ignore_metadata=True, integer_object_nulls=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DataError(f"{file}: not a parquet file ({reason}); write it again") from error
    return frame.astype(object)
