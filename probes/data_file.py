"""Read a probe's data set: a table, or JSON as its authors publish it."""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boletim.contracts.errors import DataError, first_line
from boletim.contracts.files.atomic import hash_file
from boletim.contracts.sentence import Sentence

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_LONGEST_CELL = 131_072
_MAX_BYTES = 2**28
_LINES = (".dev", ".test")
"""A sentence a line, as WinoBias is published."""


@dataclass(frozen=True)
class DataFile:
    """The content of a data set and what identifies it."""

    name: str
    content: Any
    """A list of rows, each a mapping of column to text; for `.json` whatever it holds; for `.dev` and `.test`
    the lines, for any other ending the words."""
    sha256: str


def read_data(path: str) -> DataFile:
    """Read csv, tsv (with a header), jsonl, json, lines or words, UTF-8.

    Raises:
        DataError: No such file, an unknown ending, or not what the ending says.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise DataError("probe_data", at=file)
    if file.stat().st_size > _MAX_BYTES:
        raise DataError("probe_data_large", max_bytes=_MAX_BYTES >> 20, at=file)
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix in _DELIMITERS:
            before = csv.field_size_limit(_LONGEST_CELL)  # the module has one limit for all who read
            try:
                content: Any = list(csv.DictReader(text.splitlines(), delimiter=_DELIMITERS[file.suffix]))
            finally:
                csv.field_size_limit(before)
        elif file.suffix == ".jsonl":
            content = [json.loads(line) for line in text.splitlines() if line.strip()]
        elif file.suffix == ".json":
            content = json.loads(text)
        elif file.suffix in _LINES:
            content = [line for line in text.splitlines() if line.strip()]
        else:
            content = text.split()
    except (OSError, ValueError, csv.Error, RecursionError) as error:
        kind, reason = file.suffix or "words", first_line(error)[:200]
        what = Sentence("errors.unreadable_as", file=file, kind=kind, reason=reason)
        raise DataError("download_again", what=what) from error
    return DataFile(file.name, content, hash_file(file))


def need_columns(data: DataFile, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a table that has these columns.

    Raises:
        DataError: It is no table, is empty, lacks one, or a row has no text in one.
    """
    rows: list[Any] = data.content if isinstance(data.content, list) else []
    # a first row with more cells than the header has a column without a name
    known = [column for column in rows[0] if column is not None] if rows and isinstance(rows[0], dict) else []
    missing = [column for column in columns if column not in known]
    if missing:
        raise DataError("probe_data_column", column=missing[0], known=", ".join(known) or "none", at=data.name)
    for number, row in enumerate(rows, 1):
        held = row if isinstance(row, dict) else {}
        for column in columns:
            if not isinstance(held.get(column), str | int | float):
                raise DataError("probe_data_text", number=number, column=column, at=data.name)
    return [row | {column: str(row[column]) for column in columns} for row in rows]


def need_number(data: DataFile, row: dict[str, str], column: str) -> float:
    """The finite number in a row's column.

    Raises:
        DataError: There is none.
    """
    try:
        found = float(row[column])
        if math.isfinite(found):
            return found
    except ValueError:
        pass
    raise DataError("probe_data_number", column=column, value=row[column][:40], at=data.name)
