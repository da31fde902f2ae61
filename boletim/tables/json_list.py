"""The values of a JSON list, one after the other, so that memory does not grow with the file."""

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from boletim.contracts.errors import DataError
from boletim.tables.opened import LONGEST_LINE

_CHUNK = 1 << 20
_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def values_of_list(file: str, source: IO[str]) -> Iterator[tuple[str, Any, str]]:
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
        where = f"{file}, row {number}"
        yield where, *rest.value(where)
        follows = rest.take()
        if follows == "]":
            if rest.sign():
                raise not_json(where, "something follows the end of the list")
            return
        if follows != ",":
            raise not_json(where, f"{follows or 'nothing'} follows where a comma or the end of the list is due")


def not_json(where: str, reason: object) -> DataError:
    """The error that names where a text stops being JSON, and why."""
    if isinstance(reason, RecursionError):
        return DataError(f"{where}: brackets are nested too deep; give one flat object a row")
    return DataError(f"{where}: not JSON ({reason}); write one object per line, with quotes and braces closed")


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
                raise not_json(where, error) from error
            except ValueError as error:  # it may only be cut off
                if len(self._text) - self._place > LONGEST_LINE:
                    raise DataError(
                        f"{where}: a row has at most {LONGEST_LINE:,} characters, this has more or is not JSON; give a "
                        "table with one flat object a row"
                    ) from error
                if not self._has_more():
                    raise not_json(where, error) from error
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
