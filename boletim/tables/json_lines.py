"""Read jsonl files, one JSON object per line, and json files, a list of objects or questions as SQuAD has them."""

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pandas as pd

from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.errors import DataError
from boletim.contracts.files.whole_text import whole_text
from boletim.contracts.sentence import Sentence
from boletim.tables.encoding import find_encoding, not_decodable
from boletim.tables.opened import LONGEST_LINE, kind_of, open_bytes, open_lines

_CHUNK = 1 << 20
_ABOVE = ("paragraphs", "qas")
_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
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
    is_usual = read.encoding or encoding.startswith("utf-8")
    return () if is_usual else (Sentence("terminal.data.note_encoding", encoding=encoding),)


def _objects(file: Path, read: ReadConfig) -> Iterator[dict[str, Any]]:
    encoding = read.encoding or find_encoding(file)
    try:
        if kind_of(file) == ".json" and _first_sign(file, encoding) == "[":
            yield from _of_list(file, encoding)
        elif kind_of(file) == ".json" and not _is_one_a_line(file, encoding):
            yield from _of_document(file, encoding)
        else:
            yield from _of_lines(file, encoding)
    except UnicodeError as error:
        raise not_decodable(file, encoding) from error


def _of_lines(file: Path, encoding: str) -> Iterator[dict[str, Any]]:
    with open_lines(file, encoding) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                where = Sentence("errors.line_of", file=file, line=number)
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


def _first_sign(file: Path, encoding: str) -> str:
    with open_bytes(file) as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        heads = (head.lstrip(" \t\n\r") for head in iter(lambda: text.read(4096), ""))
        return next((head[0] for head in heads if head), "")


def _of_list(file: Path, encoding: str) -> Iterator[dict[str, Any]]:
    with open_bytes(file) as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as source:
        for where, row, text in _values_of_list(str(file), source):
            yield _object(where, row, text)


def _of_document(file: Path, encoding: str) -> Iterator[dict[str, Any]]:
    """Of one object: its list, or itself."""
    with open_bytes(file) as stream:
        content = stream.read(LONGEST_LINE + 1)
    if len(content) > LONGEST_LINE:
        raise DataError("json_whole", n=LONGEST_LINE >> 20, at=file)
    text = content.decode(encoding)
    held = _loaded(str(file), text)
    if isinstance(held, dict) and isinstance(held.get("data"), list):
        held = held["data"]
    elif isinstance(held, dict) and not any(isinstance(value, list | dict) for value in held.values()):
        held = [held]
    else:
        raise DataError("json_list", example=_EXAMPLE, at=file)
    for number, row in enumerate(_questions(str(file), held) if _is_squad(held) else held, start=1):
        yield _object(Sentence("errors.row_of", file=file, row=number), row, text)


def _is_squad(rows: list[Any]) -> bool:
    """Whether they are articles with paragraphs, as SQuAD has them."""
    return bool(rows) and isinstance(rows[0], dict) and isinstance(rows[0].get("paragraphs"), list)


def _questions(file: str, articles: list[Any]) -> Iterator[dict[str, Any]]:
    """One row per question, with `context`, `title` and whatever else stands above it."""
    try:
        for article in articles:
            for paragraph in article["paragraphs"]:
                above = {key: value for key, value in {**article, **paragraph}.items() if key not in _ABOVE}
                yield from ({**above, **question} for question in paragraph["qas"])
    except (TypeError, KeyError) as error:
        raise DataError("question_file", at=file) from error


def _loaded(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (RecursionError, ValueError) as error:
        raise _not_json(where, error) from error


def _object(where: str, row: Any, text: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise DataError("json_object", kind=type(row).__name__, example=_EXAMPLE, at=where)
    if "\\ud" not in text and "\\uD" not in text:
        return row
    whole: dict[str, Any] = whole_text(row)
    return whole


def _values_of_list(file: str, source: IO[str]) -> Iterator[tuple[str, Any, str]]:
    """Each value of the list with its place, for messages, and its text.

    Args:
        file: Named in the errors.
        source: A text that begins with a bracket.

    Raises:
        DataError: It is no JSON, nested too deep, or one value is longer than 33,554,432 characters.
    """
    rest = _Rest(source)
    rest.take()
    if rest.sign() == "]":
        return
    number = 0
    while True:
        number += 1
        where = Sentence("errors.row_of", file=file, row=number)
        yield where, *rest.value(where)
        follows = rest.take()
        if follows == "]":
            if rest.sign():
                raise _not_json(where, "something follows the end of the list")
            return
        if follows != ",":
            raise _not_json(where, f"{follows or 'nothing'} follows where a comma or the end of the list is due")


def _not_json(where: str, reason: object) -> DataError:
    """The error that names where a text stops being JSON, and why."""
    if isinstance(reason, RecursionError):
        return DataError("json_deep", at=where)
    return DataError("json_line", reason=reason, at=where)


class _Rest:
    """What is still to be read of a text."""

    def __init__(self, source: IO[str]) -> None:
        self._source, self._text, self._place = source, "", 0

    def sign(self) -> str:
        """The next sign that is no blank; empty at the end."""
        while True:
            self._place = _BLANKS.match(self._text, self._place).end()  # type: ignore[union-attr]
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._has_more():
                return ""

    def take(self) -> str:
        """The same, and it is done with."""
        sign = self.sign()
        self._place += 1
        return sign

    def value(self, where: str) -> tuple[Any, str]:
        """The next value and its text."""
        self.sign()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
            except RecursionError as error:
                raise _not_json(where, error) from error
            except ValueError as error:  # it may only be cut off
                if len(self._text) - self._place > LONGEST_LINE:
                    raise DataError("json_row", n=LONGEST_LINE, at=where) from error
                if not self._has_more():
                    raise _not_json(where, error) from error
                continue
            text = self._text[self._place : end]
            self._place = end
            return value, text

    def _has_more(self) -> bool:
        """Read on, each time twice as much, so that a long value is not tried too often."""
        rest = self._text[self._place :]
        more = self._source.read(max(_CHUNK, len(rest)))
        self._text, self._place = rest + more, 0
        return bool(more)
