"""What sections hand to the templates: tables, charts, facts; every text is final."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from boletim.reports.page.glyphs import show_hidden

_SHORT = 6
Kind = Literal["text", "number", "name", "code"]


@dataclass(frozen=True)
class Badge:
    """A status by word, shape and colour."""

    token: str
    """pass, fail, open, none, high, medium, low, info."""
    text: str


@dataclass(frozen=True)
class Link:
    """A place of this card; on paper its page number follows."""

    address: str
    """Such as `#groups`."""
    text: str


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: str
    kind: Kind = "text"
    note: str = ""
    """Small second line."""
    note_is_code: bool = False
    badge: Badge | None = None
    is_muted: bool = False
    is_missing: bool = False
    """Something that should be there and is not."""
    links: tuple[Link, ...] = ()
    """After the text."""
    source: int | None = None
    """Number of the source in the list below the table."""
    tone: int | None = None
    """Shade of a heat strip, from 0 (worst) to 5 (best)."""
    anchor: str = ""
    """Name of the place, so that a finding can point to it."""
    back: str = ""
    """Address of the finding that the row proves."""


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    columns: tuple[tuple[str, Kind], ...]
    """Title and kind of each column."""
    rows: tuple[tuple[Cell, ...], ...]
    more: str = ""
    """Says how many rows were left out, and where they are."""
    token: str = ""
    """Extra style, such as `gates` or `half`."""
    n_first: int | None = None
    """Rows that are printed; a browser unfolds the rest. None prints them all."""
    rest_in_words: str = ""
    """What the rest says, where a sentence can say it all."""
    anchor: str = ""
    """Name of the place, where something points to the table as a whole."""

    @property
    def first(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows that everyone sees, with those further on to which a finding points."""
        if self.n_first is None or (len(self._rest) == 1 and not self.rest_in_words):
            return self.rows
        return tuple(row for place, row in enumerate(self.rows) if place < self.n_first or _is_pointed_at(row))

    @property
    def rest(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows that a browser unfolds; never one alone, which takes no more room than a line that says so."""
        return self._rest if len(self._rest) != 1 or self.rest_in_words else ()

    @property
    def _rest(self) -> tuple[tuple[Cell, ...], ...]:
        if self.n_first is None:
            return ()
        return tuple(row for place, row in enumerate(self.rows) if place >= self.n_first and not _is_pointed_at(row))

    @property
    def is_short(self) -> bool:
        """Short enough to stay on one page."""
        return len(self.first) <= _SHORT


def _is_pointed_at(row: tuple[Cell, ...]) -> bool:
    return any(cell.anchor for cell in row)


@dataclass(frozen=True)
class Chart:
    """A drawing with a text alternative; its values stand in a table beside it."""

    svg: str
    alt: str
    caption: str
    token: str = ""
    """Extra style: `half`."""

    def inline(self, alt: str) -> Markup:
        """The drawing as part of a page, whose fonts then reach it; its texts are escaped already."""
        name = f'<svg role="img" aria-label="{escape(show_hidden(alt))}" '
        return Markup(self.svg.replace("<svg ", name, 1))

    @property
    def address(self) -> str:
        """The drawing as a data URI, for the PDF."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg.encode('utf-8')).decode('ascii')}"


@dataclass(frozen=True)
class Fact:
    """A name and what is known; None is printed as not provided."""

    name: str
    text: str | None
    is_code: bool = False
    is_asked: bool = False
    """The configuration asks for it, so that leaving it out is counted."""
    anchor: str = ""
    """Name of the place, so that a clause can point to it."""


def make_table(
    caption: str,
    columns: Sequence[tuple[str, Kind]],
    rows: Iterable[Sequence[Cell | str]],
    *,
    more: str = "",
    token: str = "",
    n_first: int | None = None,
    rest_in_words: str = "",
    anchor: str = "",
) -> Table:
    """A table from cells and plain texts; a plain text takes its column's kind."""
    made = tuple(
        tuple(
            cell if isinstance(cell, Cell) else Cell(cell, kind) for cell, (_, kind) in zip(row, columns, strict=True)
        )
        for row in rows
    )
    return Table(caption, tuple(columns), made, more, token, n_first, rest_in_words, anchor)
