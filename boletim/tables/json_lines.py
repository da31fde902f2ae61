"""Read jsonl files, one JSON object per line, and json files, a list of objects or questions as SQuAD has them."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.errors import DataError
from boletim.contracts.files.whole_text import whole_text
from boletim.tables.encoding import find_encoding, not_decodable
from boletim.tables.opened import kind_of, open_bytes, open_lines
from boletim.tables.squad import is_squad, squad_rows

_LARGEST_DOCUMENT = 1 << 29
_EXAMPLE = '{"text": "...", "label": "..."}'


def first_keys(file: Path, read: ReadConfig) -> list[str]:
    """Keys of the first object; empty where the file holds blank lines alone.

    Raises:
        DataError: The first row is not a JSON object, or the file is not in its encoding.
    """
    return list(next(_objects(file, read), {}))


def json_batches(file: Path, read: ReadConfig, n_rows: int | None) -> Iterator[pd.DataFrame]:
    """Objects as rows, `n_rows` at a time or all at once, object columns; what a row lacks is missing.

    Raises:
        DataError: A line is no JSON object, or not in the file's encoding, with its number.
    """
    rows = _objects(file, read)
    while batch := list(islice(rows, n_rows)):
        yield pd.DataFrame(batch, dtype=object)


def how_json(file: Path, read: ReadConfig) -> tuple[str, ...]:
    """What was found out about the file and is not as usual."""
    encoding = read.encoding or find_encoding(file)
    return () if read.encoding or encoding.startswith("utf-8") else (f"encoding {encoding}",)


def _objects(file: Path, read: ReadConfig) -> Iterator[dict[str, Any]]:
    encoding = read.encoding or find_encoding(file)
    try:
        if kind_of(file) == ".json" and not _is_one_a_line(file, encoding):
            yield from _of_document(file, encoding)
        else:
            yield from _of_lines(file, encoding)
    except UnicodeError as error:
        raise not_decodable(file, encoding) from error


def _of_lines(file: Path, encoding: str) -> Iterator[dict[str, Any]]:
    with open_lines(file, encoding) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                where = f"{file}, line {number}"
                yield _object(where, _loaded(where, line), line)


def _is_one_a_line(file: Path, encoding: str) -> bool:
    """Whether the first line that is not blank is an object by itself, and not the only line."""
    with open_lines(file, encoding) as lines:
        filled = (line for line in lines if line.strip())
        first, second = next(filled, ""), next(filled, "")
    try:
        return bool(second) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _of_document(file: Path, encoding: str) -> Iterator[dict[str, Any]]:
    with open_bytes(file) as stream:
        content = stream.read(_LARGEST_DOCUMENT + 1)
    if len(content) > _LARGEST_DOCUMENT:
        raise DataError(
            f"{file}: a json list is read whole and has at most {_LARGEST_DOCUMENT >> 20} MiB; write this one as jsonl"
        )
    text = content.decode(encoding)
    held = _loaded(str(file), text)
    if isinstance(held, dict) and isinstance(held.get("data"), list):
        held = held["data"]
    elif isinstance(held, dict) and not any(isinstance(value, list | dict) for value in held.values()):
        held = [held]
    if not isinstance(held, list):
        raise DataError(f'{file}: a json file is a list of objects, or {{"data": [...]}}; write [{_EXAMPLE}, ...]')
    for number, row in enumerate(squad_rows(held) if is_squad(held) else held, start=1):
        yield _object(f"{file}, row {number}", row, text)


def _loaded(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise DataError(f"{where}: brackets are nested too deep; give one flat object a row") from error
    except ValueError as error:
        raise DataError(
            f"{where}: not JSON ({error}); write one object per line, with quotes and braces closed"
        ) from error


def _object(where: str, row: Any, text: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise DataError(
            f"{where}: one JSON object per line, got a {type(row).__name__}; write lines such as {_EXAMPLE}"
        )
    if "\\ud" not in text and "\\uD" not in text:
        return row
    whole: dict[str, Any] = whole_text(row)
    return whole
