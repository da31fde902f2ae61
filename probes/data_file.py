"""Read a probe's data set: a table, or JSON as its authors publish it."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boletim.contracts.errors import DataError
from boletim.contracts.files.atomic import hash_file

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
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
        raise DataError(f"{file}: no such file; give the path of the probe's data set under probes.data")
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix in _DELIMITERS:
            content: Any = list(csv.DictReader(text.splitlines(), delimiter=_DELIMITERS[file.suffix]))
        elif file.suffix == ".jsonl":
            content = [json.loads(line) for line in text.splitlines() if line.strip()]
        elif file.suffix == ".json":
            content = json.loads(text)
        elif file.suffix in _LINES:
            content = [line for line in text.splitlines() if line.strip()]
        else:
            content = text.split()
    except (ValueError, csv.Error) as error:
        raise DataError(f"{file}: cannot be read as {file.suffix} ({error}); download the data set again") from error
    return DataFile(file.name, content, hash_file(file))


def need_columns(data: DataFile, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a table that has these columns.

    Raises:
        DataError: It is no table, is empty, or lacks one.
    """
    rows: list[dict[str, str]] = data.content if isinstance(data.content, list) else []
    known = list(rows[0]) if rows and isinstance(rows[0], dict) else []
    missing = [column for column in columns if column not in known]
    if missing:
        raise DataError(
            f"{data.name}: there is no column {missing[0]!r}, the columns are {', '.join(known) or 'none'}; "
            "give the data set as its authors publish it"
        )
    return rows
