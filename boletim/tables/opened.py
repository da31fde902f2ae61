"""Open a file, packed with gzip or not, and read its lines without letting one fill the memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from boletim.contracts.errors import DataError

LONGEST_LINE = 1 << 25
"""Characters; a longer line is no row of texts."""


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
        DataError: The packed file is damaged.
    """
    with file.open("rb") as stream:
        if not is_packed(file):
            yield stream
            return
        try:
            with gzip.open(stream, "rb") as unpacked:
                yield unpacked  # type: ignore[misc]
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError(f"{file}: not a whole gzip file ({error}); pack it again") from error


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
            raise DataError(
                f"{file}, line {number}: a line has at most {LONGEST_LINE:,} characters, this has more; "
                "give a table with one row a line"
            )
        yield line
