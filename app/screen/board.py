"""The search as a live table in a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from boletim.contracts.language import Language, load_language
from boletim.contracts.protocols import Screen
from boletim.contracts.results.search import SearchStatus

_ABSENT = "–"
_STYLES = {"complete": "", "running": "bold", "pruned": "dim", "failed": "red"}


@contextmanager
def live_table(terminal: Screen, language: str) -> Iterator[Callable[[SearchStatus], None]]:
    """A live table of the search where there is a terminal; elsewhere its plain lines say the same.

    Yields:
        What takes the table's new content.
    """
    if not terminal.has_room_for_a_display:
        yield lambda status: None
        return
    with Board(language) as board, terminal.shows(board):
        yield board.show


class Board:
    """A table that stays below the lines, on standard error."""

    def __init__(self, language: str, console: Console | None = None) -> None:
        """Head it in this language."""
        self._language = load_language(language)
        self._status: SearchStatus | None = None
        self._progress = ""
        self._live = Live(console=console or Console(stderr=True), auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, status: SearchStatus) -> None:
        """Draw this."""
        self._status = status
        self._draw()

    def progress(self, text: str) -> None:
        """One line below the table."""
        self._progress = text
        self._draw()

    def note(self, line: str) -> None:
        """One line that stays, above the table."""
        self._live.console.print(Text(line))

    def _draw(self) -> None:
        parts: list[RenderableType] = []
        if self._status is not None:
            parts += [search_table(self._status, self._language), Text(search_line(self._status, self._language))]
        self._live.update(Group(*parts, Text(self._progress)), refresh=True)


def search_table(status: SearchStatus, language: Language) -> Table:
    """One row a trial; the best one is marked."""
    words = language.words["training"]
    table = Table()
    for name in ("trial", "candidate", "epochs"):
        table.add_column(words[name])
    table.add_column(status.objective, justify="right")
    table.add_column(words["state"])
    table.add_column(words["time"], justify="right")
    states = words["states"] | {"running": words["underway"]}
    for row in status.rows:
        is_best = row.trial == status.best_trial
        table.add_row(
            str(row.trial),
            Text(Path(row.candidate).name),
            _number(row.epochs or None, 1, language),
            _number(row.objective, 3, language),
            f"{states[row.state]} *" if is_best else states[row.state],
            duration(row.seconds),
            style="green" if is_best else _STYLES[row.state],
        )
    return table


def search_line(status: SearchStatus, language: Language) -> str:
    """The counts, the best, and the time left."""
    line: str = language.words["training"]["live"]
    return line.format(
        n_ended=status.n_ended,
        n_planned=status.n_planned,
        n_pruned=status.n_pruned,
        n_failed=status.n_failed,
        best=_number(status.best, 3, language),
        left=duration(status.seconds_left) if status.seconds_left is not None else _ABSENT,
    )


def duration(seconds: float) -> str:
    """Hours, minutes and seconds: 2:05:09, or 5:09."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _number(value: float | None, digits: int, language: Language) -> str:
    return _ABSENT if value is None else f"{value:.{digits}f}".replace(".", language.numbers.decimal)
