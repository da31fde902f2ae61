"""What the user sees while a command runs: a live line in a terminal, plain lines in a log."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from boletim.app.screen.notebook import NotebookBar, is_notebook
from boletim.contracts.files.whole_text import whole_text
from boletim.contracts.sentence import Sentence, word

if TYPE_CHECKING:
    from boletim.contracts.protocols import LiveDisplay

_PLAIN_EVERY_S = 10.0
_LIVE_EVERY_S = 0.1


class Terminal:
    """Status on standard error; results on standard output."""

    def __init__(self, quiet: bool = False, as_json: bool = False) -> None:
        self._is_quiet = quiet
        self._as_json = as_json
        self._is_live = sys.stderr.isatty()
        self._notebook = NotebookBar() if is_notebook() else None
        self._begun: dict[str, float] = {}
        self._last = 0.0
        self._has_live_line = False
        self._display: LiveDisplay | None = None

    @property
    def has_room_for_a_display(self) -> bool:
        """Whether there is a terminal to draw in, and nobody asked for quiet."""
        return self._is_live and not self._is_quiet

    @contextmanager
    def shows(self, display: LiveDisplay) -> Iterator[None]:
        """Give the lines to a display that is redrawn in place, until it ends."""
        self._display = display
        try:
            yield
        finally:
            self._display = None

    def say(self, line: str) -> None:
        """One line of status."""
        line = as_read(line)
        if self._display is not None:
            self._display.note(line)
        elif not self._is_quiet:
            self._clear()
            print(line, file=sys.stderr, flush=True)

    def warn(self, line: str) -> None:
        """One line that even `--quiet` shows."""
        line = as_read(line)
        if self._display is not None:
            self._display.note(line)
            return
        self._clear()
        print(line, file=sys.stderr, flush=True)

    def progress(self, what: str, done: int, total: int) -> None:
        """How far a long step is; silent for its first two seconds."""
        now = time.monotonic()
        begun = self._begun.setdefault(what, now)
        every = _LIVE_EVERY_S if self._is_live or self._notebook else _PLAIN_EVERY_S
        if self._is_quiet or now - begun < 2 or (now - self._last < every and done < total):
            return
        self._last = now
        left = (now - begun) * (total - done) / done if done else 0.0
        counts = {"n_done": done, "n_total": total} | ({"n_left": left} if done < total else {})
        key = f"terminal.progress.{'left' if done < total else 'done'}"
        text = f"  {as_read(Sentence(key, what=word(what), **counts))}"
        if self._display is not None:
            self._display.progress(text.strip() if done < total else "")
        elif self._notebook is not None:
            self._notebook.show(text, done, total)
        elif self._is_live:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
            self._has_live_line = True
        else:
            print(text, file=sys.stderr, flush=True)
        if done >= total:
            self._begun.pop(what)
            self._clear()

    def result(self, text: str, content: dict[str, Any]) -> None:
        """The outcome: text for people, or one JSON object under `--json`."""
        self._clear()
        print(json.dumps(whole_text(content), ensure_ascii=False) if self._as_json else as_read(text), flush=True)

    def _clear(self) -> None:
        if self._has_live_line:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._has_live_line = False


def as_read(text: str) -> str:
    """Text without the passwords in it, in the language of whoever reads it."""
    from boletim.app.screen.reader import in_readers_words

    return safe_to_show(in_readers_words(text))


def safe_to_show(line: str) -> str:
    """A line without the passwords in it, and with nothing that cannot be written."""
    from boletim.contracts.configuration.passwords import without_passwords  # pydantic, which --help does without

    written: str = whole_text(without_passwords(line))
    return written
