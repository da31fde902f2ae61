"""Find out which encoding a text file has."""

import codecs
from pathlib import Path

from boletim.contracts.errors import DataError, line_of
from boletim.tables.opened import byte_lines, open_bytes

_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "cp1252"
_UNUSED_IN_WESTERN = frozenset(b"\x81\x8d\x8f\x90\x9d")


def find_encoding(file: Path) -> str:
    """`utf-8-sig` (with or without a mark), `utf-16`, or `cp1252` where no line is UTF-8 beyond ASCII.

    Raises:
        DataError: Some lines are UTF-8 and some are not, or bytes occur that Western Windows files do not have.
    """
    with open_bytes(file) as stream:
        head = stream.read(4096)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        if without_mark := _utf_16_without_mark(head):
            return without_mark
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _western(file)
    return "utf-8-sig"


def not_decodable(file: Path, encoding: str) -> DataError:
    """The error that names the first line and byte that the encoding does not have."""
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    offset = 0
    with open_bytes(file) as stream:
        for number, line in enumerate(byte_lines(file, stream), start=1):
            try:
                line.decode(plain)
            except UnicodeDecodeError as error:
                return DataError(
                    "encoding",
                    encoding=_shown(encoding),
                    byte=line[error.start],
                    place=offset + error.start,
                    at=line_of(file, number),
                )
            offset += len(line)
    return DataError("encoding_file", encoding=_shown(encoding), at=file)


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding.lower().startswith("utf-8") else encoding


def _utf_16_without_mark(head: bytes) -> str | None:
    if b"\0" not in head or len(head) < 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * len(head) / 2 and not odd else None


def _western(file: Path) -> str:
    """`cp1252`, unless a line shows that the file is damaged UTF-8 or no text."""
    with open_bytes(file) as stream:
        for line in byte_lines(file, stream):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                if not _UNUSED_IN_WESTERN.isdisjoint(line) or b"\0" in line:
                    raise not_decodable(file, "utf-8") from None
            else:
                raise not_decodable(file, "utf-8")
    return _WESTERN
