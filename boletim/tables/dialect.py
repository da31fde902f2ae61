"""Find out how a csv or tsv file was written: its encoding, delimiter, decimal sign and quotes."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.sentence import Sentence
from boletim.tables.encoding import find_encoding, not_decodable
from boletim.tables.opened import kind_of, open_bytes, open_lines

_USUAL = {".csv": ",", ".tsv": "\t"}
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES, _SAMPLE_ROWS = 2_000, 500
LONGEST_CELL = 1 << 24
"""Characters."""
_COMMA_NUMBER = re.compile(r"\s*[-+]?(\d+|\d{1,3}(\.\d{3})+)?,\d+([eE][-+]?\d+)?\s*")
_POINT_NUMBER = re.compile(r"\s*[-+]?\d*\.\d+([eE][-+]?\d+)?\s*")
_THOUSANDS = re.compile(r"\s*[-+]?[1-9]\d{0,2}(,\d{3})+\s*")
_WHOLE = re.compile(r"\s*[-+]?\d+\s*")


@dataclass(frozen=True)
class Dialect:
    """How a file's rows are read."""

    encoding: str
    delimiter: str
    n_skipped: int = 0
    """Lines before the header: Excel's `sep=;`."""
    is_plain: bool = False
    """A quote is a sign like any other and a row is a line."""
    decimal: str = "."
    comma_columns: frozenset[int] = field(default_factory=frozenset)
    """Places of the columns whose numbers have a decimal comma."""
    notes: tuple[str, ...] = ()
    """What was found out and is not as usual, to be said."""

    def reader(self, lines: Iterable[str], *, is_plain: bool | None = None) -> Any:
        """A csv reader of lines."""
        plain = self.is_plain if is_plain is None else is_plain
        quoting = {"quoting": csv.QUOTE_NONE, "quotechar": None} if plain else {"strict": True}
        return csv.reader(lines, delimiter=self.delimiter, **quoting)  # type: ignore[arg-type]


class BrokenRow(csv.Error):
    """A row cannot be read."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def find_dialect(file: Path, given: ReadConfig) -> Dialect:
    """What is given, and the rest found out from the file.

    Raises:
        DataError: The file is not text of one encoding.
    """
    about = file.stat()
    return _found(file, given, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=32)
def _found(file: Path, given: ReadConfig, changed: int, size: int) -> Dialect:
    encoding = given.encoding or find_encoding(file)
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        with open_lines(file, encoding) as lines:
            head = list(islice(lines, _SAMPLE_LINES))
        n_skipped, named = _separator_line(head)
        usual = _USUAL[kind_of(file)]
        delimiter = given.delimiter or named or _delimiter(head[n_skipped:], usual)
        dialect = Dialect(encoding, delimiter, n_skipped)
        is_plain, about_quotes = _quotes(file, dialect)
    except UnicodeError as error:
        raise not_decodable(file, encoding) from error
    dialect = Dialect(encoding, delimiter, n_skipped, is_plain)
    decimal, comma_columns = _decimal(_sample(dialect, head[n_skipped:]), given.decimal)
    is_usual = encoding.startswith("utf-8") or given.encoding
    notes: list[str] = [] if is_usual else [Sentence("terminal.data.note_encoding", encoding=encoding)]
    if delimiter != usual and not given.delimiter:
        notes.append(Sentence("terminal.data.note_delimiter", delimiter=delimiter))
    if decimal == "," and not given.decimal:
        notes.append(Sentence("terminal.data.note_comma"))
    notes += about_quotes
    return Dialect(encoding, delimiter, n_skipped, is_plain, decimal, comma_columns, tuple(notes))


def rows_of(file: Path, dialect: Dialect, *, is_plain: bool | None = None) -> Iterator[tuple[int, list[str]]]:
    """Header and rows that are not blank, each with the number of the line it begins on."""
    with open_lines(file, dialect.encoding) as lines:
        for _ in range(dialect.n_skipped):
            next(lines, None)
        reader = dialect.reader(lines, is_plain=is_plain)
        line = 1 + dialect.n_skipped
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = dialect.n_skipped + reader.line_num + 1
        except csv.Error as error:
            raise BrokenRow(line, str(error)) from error


def _separator_line(head: list[str]) -> tuple[int, str | None]:
    """Excel writes `sep=;` before the header."""
    found = re.fullmatch(r'"?sep=(.)"?[\r\n]*', head[0], re.IGNORECASE) if head else None
    return (1, found[1]) if found else (0, None)


def _delimiter(head: list[str], usual: str) -> str:
    """The one that gives header and rows the same number of cells, the largest; else the usual one."""

    def fit(delimiter: str) -> tuple[bool, bool, int, bool]:
        rows = _sample(Dialect("", delimiter), head)
        n = len(rows[0]) if rows else 0
        is_even = n > 1 and len(rows) > 1 and all(len(row) == n for row in rows[1:])
        return is_even, n > 1, n, delimiter == usual

    best = max((usual, *_DELIMITERS), key=fit)
    return best if fit(best)[1] else usual


def _sample(dialect: Dialect, head: list[str]) -> list[list[str]]:
    """The first rows that are not blank, as far as they can be read."""
    rows: list[list[str]] = []
    try:
        for cells in dialect.reader(head):
            if cells:
                rows.append(cells)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # the last row of the sample is cut, or the quotes are broken, which the reader of all rows says
    return rows


def _quotes(file: Path, dialect: Dialect) -> tuple[bool, list[str]]:
    """Whether quotes are signs like any other, and what there is to say of it.

    A tsv file is read line by line where every line has as many cells as the header; a csv file where its quotes are
    broken and the lines are whole.
    """
    if not _has_quotes(file):
        return False, []
    quoted = _count(file, dialect, is_plain=False)
    plain = _count(file, dialect, is_plain=True) if dialect.delimiter == "\t" or quoted is None else None
    if plain is not None:
        stray = Sentence("terminal.data.note_quotes")
        return True, ([stray] if quoted is None or quoted[0] != plain[0] else [])
    if quoted is not None and quoted[0] < quoted[1]:
        return False, [Sentence("terminal.data.note_breaks", n=quoted[0], n_lines=quoted[1])]
    return False, []


def _count(file: Path, dialect: Dialect, *, is_plain: bool) -> tuple[int, int] | None:
    """Rows and lines below the header that are not blank; None where the file cannot be read so."""
    n_cells = n_rows = n_lines = 0
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        for _, cells in rows_of(file, dialect, is_plain=is_plain):
            n_cells = n_cells or len(cells)
            if len(cells) != n_cells:
                return None
            n_rows += 1
            n_lines += 1 + (0 if is_plain else sum(cell.count("\n") for cell in cells if "\n" in cell))
    except csv.Error:
        return None
    finally:
        csv.field_size_limit(before)
    return n_rows - 1, n_lines - 1


def _has_quotes(file: Path) -> bool:
    with open_bytes(file) as stream:
        return any(b'"' in block for block in iter(lambda: stream.read(1 << 20), b""))


def _decimal(rows: list[list[str]], given: str | None) -> tuple[str, frozenset[int]]:
    """The decimal sign, and which columns have numbers with a comma."""
    if given == ".":
        return ".", frozenset()
    numeric, with_comma, has_point = set(), False, False
    for place in range(len(rows[0]) if rows else 0):
        cells = [row[place] for row in rows[1:] if len(row) > place and row[place].strip()]
        if not cells or not all(_COMMA_NUMBER.fullmatch(c) or _WHOLE.fullmatch(c) for c in cells):
            has_point |= bool(cells) and all(_POINT_NUMBER.fullmatch(c) or _WHOLE.fullmatch(c) for c in cells)
            continue
        numeric.add(place)
        with_comma |= any("," in cell and not _THOUSANDS.fullmatch(cell) for cell in cells)
    if given == "," or (with_comma and not has_point):
        return ",", frozenset(numeric)
    return ".", frozenset()
