"""Read labelled text: csv, tsv, jsonl, parquet, or a Hugging Face data set."""

import csv
import difflib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.errors import DataError

_SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")


def is_file_path(source: str) -> bool:
    """Whether a source means a local file and not a hub id."""
    path = Path(source)
    return path.exists() or path.suffix.lower() in (*_SUFFIXES, ".json", ".txt") or source.startswith((".", "/", "~"))


def read_table(path: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """All rows of a local table.

    Args:
        path: A csv, tsv, jsonl or parquet file.
        columns: Columns that must be there.

    Returns:
        The table with all its columns; text cells as they stand, an empty csv cell as missing.

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
    for column in columns:
        if column not in frame.columns:
            names = [str(name) for name in frame.columns]
            nearest = difflib.get_close_matches(column, names, n=1)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
            raise DataError(f"{source}: there is no column {column!r}, the columns are {', '.join(names)}{hint}")


def _check_readable(file: Path) -> None:
    if not file.exists():
        raise DataError(f"{file}: no such file; a path is relative to the configuration's folder")
    if file.is_dir():
        raise DataError(f"{file}: data are a file, this is a folder; give one of {', '.join(_SUFFIXES)}")
    try:
        with file.open("rb") as stream:
            if not stream.read(1):
                raise DataError(f"{file}: the file is empty; give a file with a header and rows")
    except PermissionError as error:
        raise DataError(f"{file}: may not be read (no permission); change its permissions") from error


def _read_delimited(file: Path, delimiter: str) -> pd.DataFrame:
    text = _decode(file)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    rows: list[list[str | None]] = []
    csv.field_size_limit(1 << 30)
    line = 1
    try:
        header = next(reader, [])
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header) and cells:
                raise DataError(
                    f"{file}, line {line}: every row has {len(header)} cells like the header, this has {len(cells)}; "
                    "quote cells that hold the delimiter"
                )
            if cells:
                rows.append([cell if cell != "" else None for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{file}, line {line}: not a table ({error}); mend the quotes of this row") from error
    if len(set(header)) < len(header):
        raise DataError(f"{file}, line 1: every column has a name of its own, got {header}; rename one")
    return pd.DataFrame(rows, columns=header, dtype=object)


def _decode(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"{file}, line {line}: text is UTF-8, byte {raw[error.start]:#04x} is not; save the file as UTF-8"
        ) from error


def _read_jsonl(file: Path) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_decode(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{file}, line {number}: not JSON ({error.msg}); one object per line") from error
        if not isinstance(row, dict):
            raise DataError(f"{file}, line {number}: one JSON object per line, got a {type(row).__name__}")
        rows.append(row)
    return pd.DataFrame(rows, dtype=object)


def _read_parquet(file: Path) -> pd.DataFrame:
    import pyarrow as pa

    try:
        return pd.read_parquet(file).astype(object)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DataError(f"{file}: not a parquet file ({reason}); write it again") from error
