"""Read jsonl files: one JSON object per line."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.errors import DataError
from boletim.contracts.whole_text import whole_text
from boletim.tables.utf8 import not_utf8


def first_keys(file: Path) -> list[str]:
    """Keys of the first object; empty where the file holds blank lines alone.

    Raises:
        DataError: The first row is not a JSON object, or the file is not UTF-8.
    """
    return list(next(_rows(file), {}))


def json_lines_batches(file: Path, n_rows: int | None) -> Iterator[pd.DataFrame]:
    """Objects as rows, `n_rows` at a time or all at once, object columns; what a row lacks is missing.

    Raises:
        DataError: A line is no JSON object, or not UTF-8, with its number.
    """
    rows = _rows(file)
    while batch := list(islice(rows, n_rows)):
        yield pd.DataFrame(batch, dtype=object)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8-sig", newline="\n") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _row(file, number, line)
    except UnicodeDecodeError as error:
        raise not_utf8(file) from error


def _row(file: Path, number: int, line: str) -> dict[str, Any]:
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
    if "\\ud" not in line and "\\uD" not in line:
        return row
    whole: dict[str, Any] = whole_text(row)
    return whole
