"""Open a file, packed with gzip or not, and read its lines without letting one fill the memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from boletim.contracts.errors import DataError, line_of

LONGEST_LINE = 1 << 25
"""Characters; a longer line is no row of texts."""
_MOST_UNPACKED, _MOST_TIMES = 1 << 30, 100
"""Bytes that any packed file may hold, beyond them times its size; tables pack to a tenth, bombs to a thousandth."""


def kind_of(file: Path) -> str:
    """The suffix that tells the kind of table, in small letters: `.csv` of `x.CSV.gz`."""
    return Path(file.stem).suffix.lower() if is_packed(file) else file.suffix.lower()


def is_packed(file: Path) -> bool:
    """Whether gzip packed the file."""
    return file.suffix.lower() == ".gz"


@contextmanager
def open_bytes(file: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked.

    Raises:
        DataError: The packed file is damaged, or holds far more than its size.
    """
    with file.open("rb") as stream:
        if not is_packed(file):
            yield stream
            return
        try:
            with gzip.open(stream, "rb") as unpacked:
                yield io.BufferedReader(_Unpacked(file, unpacked), 1 << 20)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError("gzip", reason=error, at=file) from error


class _Unpacked(io.RawIOBase):
    """What comes out of a packed file, until it is too much."""

    def __init__(self, file: Path, stream: gzip.GzipFile) -> None:
        self._file, self._stream, self._n = file, stream, 0
        self._most = max(_MOST_UNPACKED, _MOST_TIMES * file.stat().st_size)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, as far as there is something."""
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self._n += len(content)
        if self._n > self._most:
            raise DataError("gzip_bomb", n=_MOST_UNPACKED >> 30, n_times=_MOST_TIMES, at=self._file)
        return len(content)


def byte_lines(file: Path, stream: IO[bytes]) -> Iterator[bytes]:
    """Lines of bytes with their ends.

    Raises:
        DataError: A line is longer than 33,554,432 bytes.
    """
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise _too_long(file, number)
        yield line


@contextmanager
def open_lines(file: Path, encoding: str) -> Iterator[Iterator[str]]:
    r"""Lines with their ends as they are; \n, \r and \r\n end a line, U+2028 does not.

    Raises:
        DataError: A line is longer than 33,554,432 characters.
    """
    with open_bytes(file) as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        yield _bounded(file, text)


def _bounded(file: Path, text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise _too_long(file, number)
        yield line


def _too_long(file: Path, number: int) -> DataError:
    return DataError("long_line", n=LONGEST_LINE, at=line_of(file, number))
