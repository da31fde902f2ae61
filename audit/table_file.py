"""Read chosen columns of a csv, tsv, jsonl or parquet file, with errors that name the place."""

import csv
import difflib
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from boletim.contracts.errors import DataError

_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_SUFFIXES = (*_SEPARATORS, ".jsonl", ".parquet")


def column_names(path: Path) -> list[str]:
    """Names of the file's columns, in order; of a jsonl file, those of its first line.

    Raises:
        DataError: The file is missing, empty, of another kind, or broken.
    """
    _check_readable(path)
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            return [str(name) for name in pq.read_schema(path).names]
        with path.open(encoding="utf-8-sig", newline="") as stream:
            if suffix == ".jsonl":
                return list(_record(path, 1, stream.readline()))
            return next(csv.reader(stream, delimiter=_SEPARATORS[suffix]), [])
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except pa.ArrowInvalid as error:
        raise DataError(f"{path}: not a parquet file ({_line(error)}); write it again") from error


def read_columns(path: Path, texts: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    """The chosen columns of every row.

    Args:
        path: The file.
        texts: Columns whose csv cells are kept as they are spelt; an empty cell is missing.
        numbers: Columns of numbers.

    Raises:
        DataError: A column is missing (the columns there are, and the nearest, are named), there are no rows, or the
            file is broken (with its line).
    """
    wanted = [*texts, *numbers]
    suffix = path.suffix.lower()
    if suffix != ".jsonl":
        check_columns(path, column_names(path), wanted)
    try:
        if suffix == ".parquet":
            frame = pd.read_parquet(path, columns=wanted)
        elif suffix == ".jsonl":
            frame = _read_jsonl(path, wanted)
        else:
            frame = _read_delimited(path, wanted, numbers)
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{path}: broken table ({_line(error)}); mend the line or its quotes") from error
    except pa.ArrowInvalid as error:
        raise DataError(f"{path}: not a parquet file ({_line(error)}); write it again") from error
    if frame.empty:
        raise DataError(f"{path}: there must be rows after the header, there are none; give a file with data")
    return frame.reset_index(drop=True)


def check_columns(path: Path, available: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        DataError: Names the columns there are, and the nearest.
    """
    for column in wanted:
        if column not in available:
            nearest = difflib.get_close_matches(column, available, n=1)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
            raise DataError(f"{path}: there is no column {column!r}, the columns are {', '.join(available)}{hint}")


def _read_delimited(path: Path, wanted: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    # Every column is read: when told which, pandas passes over lines with too many cells without a word.
    columns = column_names(path)
    frame = pd.read_csv(
        path,
        sep=_SEPARATORS[path.suffix.lower()],
        dtype={name: str for name in columns if name not in numbers},
        keep_default_na=False,
        na_values={name: ["", "nan", "NaN"] if name in numbers else [""] for name in columns},
        encoding="utf-8-sig",
    )
    if not isinstance(frame.index, pd.RangeIndex):
        raise DataError(f"{path}, line 2: more cells than the header has columns; mend the line or its quotes")
    return frame[list(wanted)]


def _read_jsonl(path: Path, wanted: Sequence[str]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {name: [] for name in wanted}
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            record = _record(path, number, line)
            if number == 1:
                check_columns(path, list(record), wanted)
            for name, cells in columns.items():
                cells.append(record.get(name))
    return pd.DataFrame(columns)


def _record(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise DataError(f"{path}, line {number}: not JSON ({_line(error)}); each line is one object") from error
    if not isinstance(record, dict):
        raise DataError(f"{path}, line {number}: each line is one object, got {type(record).__name__}; mend the line")
    return record


def _check_readable(path: Path) -> None:
    if not path.exists():
        raise DataError(f"{path}: no such file; check the path")
    if path.is_dir():
        raise DataError(f"{path}: predictions are a file, this is a folder; give one of {', '.join(_SUFFIXES)}")
    if path.suffix.lower() not in _SUFFIXES:
        raise DataError(f"{path}: a table ends in one of {', '.join(_SUFFIXES)}, got {path.suffix!r}; convert it")
    try:
        with path.open("rb") as stream:
            is_empty = not stream.read(1)
    except PermissionError as error:
        raise DataError(f"{path}: may not be read (no permission); change its permissions") from error
    if is_empty:
        raise DataError(f"{path}: the file is empty; give a file with a header and rows")


def _not_utf8(path: Path) -> DataError:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return DataError(f"{path}, line {number}: texts are UTF-8, this line is not; save the file as UTF-8")
    return DataError(f"{path}: texts are UTF-8, this file is not; save it as UTF-8")


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
