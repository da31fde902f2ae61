"""The headers of a parquet column's pages: what each says it unpacks to is the memory that reading it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_BOOLEANS, _INTEGERS, _BYTES, _STRUCT = (1, 2), (3, 4, 5, 6), 8, 12
"""Types of fields in Thrift's compact protocol; a page's header has no others."""
_DICTIONARY_PAGE, _DELTA_BYTE_ARRAY = 2, 7
_HEADERS = (5, 7, 8)
"""Fields that hold a data page's, a dictionary page's and a newer data page's own header."""
_DEEPEST = 4


@dataclass(frozen=True)
class Page:
    """What a page's header says."""

    n_bytes: int
    """Unpacked."""
    n_values: int
    is_dictionary: bool
    is_delta: bool
    """Each value is what it shares with the one before and the rest: few bytes may be many."""


def pages_of(content: memoryview, chunk: Any) -> Iterator[Page]:
    """The pages of a column in a row group; the footer's sizes are not believed.

    Args:
        content: Of the whole file.
        chunk: pyarrow's metadata of the column in the row group.

    Raises:
        ValueError: A header is not one.
    """
    place = chunk.data_page_offset
    if chunk.has_dictionary_page and chunk.dictionary_page_offset:
        place = min(place, chunk.dictionary_page_offset)
    end = min(place + chunk.total_compressed_size, len(content))
    while place < end:
        header, place = _struct(content, place)
        own: dict[int, Any] = next((header[key] for key in _HEADERS if key in header), {})
        encoding = own.get(4 if 8 in header else 2)
        yield Page(header[2], own.get(1, 0), header[1] == _DICTIONARY_PAGE, encoding == _DELTA_BYTE_ARRAY)
        place += header[3]


def _struct(content: memoryview, place: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """A struct's fields by number, and where it ends."""
    found: dict[int, Any] = {}
    number = 0
    while (head := _byte(content, place)) != 0:
        kind, step, place = head & 15, head >> 4, place + 1
        if step == 0:
            step, place = _whole(content, place)
            number = 0
        number += step
        if kind in _BOOLEANS:
            found[number] = kind == 1
        elif kind in _INTEGERS:
            found[number], place = _whole(content, place)
        elif kind == _BYTES:
            n_bytes, place = _varint(content, place)
            place += n_bytes
        elif kind == _STRUCT and depth < _DEEPEST:
            found[number], place = _struct(content, place, depth + 1)
        else:
            raise ValueError("a page's header is damaged")
    if depth == 0 and not (all(isinstance(found.get(key), int) for key in (1, 2, 3)) and min(found[2], found[3]) >= 0):
        raise ValueError("a page's header is damaged")
    return found, place + 1


def _whole(content: memoryview, place: int) -> tuple[int, int]:
    """A number with its sign, and where it ends."""
    value, place = _varint(content, place)
    return (value >> 1) ^ -(value & 1), place


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = _byte(content, place)
        value |= (byte & 127) << shift
        shift, place = shift + 7, place + 1
        if byte < 128:
            return value, place
        if shift > 63:
            raise ValueError("a page's header is damaged")


def _byte(content: memoryview, place: int) -> int:
    if not 0 <= place < len(content):
        raise ValueError("a page is cut off")
    return content[place]
