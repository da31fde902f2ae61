"""Read CoNLL files: one token a line with its tags, a blank line between texts, `-DOCSTART-` between documents.

A file is a table with one row per text. The first column of the file is its `tokens`, the last its `tags`. Where there
are three columns or more, the last two are `label` and `predicted`; where there are two, the tags are the `label`.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.errors import DataError, line_of
from boletim.tables.encoding import find_encoding, not_decodable
from boletim.tables.opened import open_lines

SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".txt")
DOCUMENT = "document"
_START = "-DOCSTART-"


def conll_columns(file: Path, read: ReadConfig) -> list[str]:
    """Names of the columns.

    Raises:
        DataError: The first line holds one word, or the file is not in its encoding.
    """
    return list(next(_rows(file, read), {}))


def conll_batches(file: Path, read: ReadConfig, n_rows: int | None) -> Iterator[pd.DataFrame]:
    """Texts as rows, `n_rows` at a time or all at once, object columns; cells of tokens and tags are lists.

    Raises:
        DataError: A line has another number of columns than the first, or the file is not in its encoding.
    """
    rows = _rows(file, read)
    while batch := list(islice(rows, n_rows)):
        yield pd.DataFrame(batch, dtype=object)


def _rows(file: Path, read: ReadConfig) -> Iterator[dict[str, Any]]:
    encoding = read.encoding or find_encoding(file)
    try:
        with open_lines(file, encoding) as lines:
            yield from _texts(file, lines)
    except UnicodeError as error:
        raise not_decodable(file, encoding) from error


def _texts(file: Path, lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    held: list[list[str]] = []
    n_columns = n_documents = 0
    for number, line in enumerate(lines, start=1):
        cells = line.strip("\r\n").split("\t") if "\t" in line else line.split()
        if "".join(cells).strip() and cells[0] != _START:
            n_columns = n_columns or len(cells)
            _check(file, number, len(cells), n_columns)
            held.append(cells)
            continue
        if held:
            yield _row(held, n_documents)
            held = []
        n_documents += bool(cells) and cells[0] == _START
    if held:
        yield _row(held, n_documents)


def _check(file: Path, number: int, n: int, expected: int) -> None:
    if n < 2:
        raise DataError("conll_line", at=line_of(file, number))
    if n != expected:
        raise DataError("conll_columns", expected=expected, n=n, at=line_of(file, number))


def _row(lines: list[list[str]], n_documents: int) -> dict[str, Any]:
    columns = [list(column) for column in zip(*lines, strict=True)]
    row: dict[str, Any] = {DOCUMENT: f"document {n_documents}"} if n_documents else {}
    row |= {"tokens": columns[0], "tags": columns[-1]}
    return row | ({"label": columns[-1]} if len(columns) == 2 else {"label": columns[-2], "predicted": columns[-1]})
