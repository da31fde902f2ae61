"""One at a time speaks for the search: a thread has the floor, and leaves it to the others while it waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self


class Floor:
    """A lock that is held for as long as something is done, and left while something is waited for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    def _take(self) -> None:
        self._lock.acquire()
        self._holder = threading.get_ident()

    def _give(self) -> None:
        """Nothing where a signal broke off the waiting for it."""
        if self._holder == threading.get_ident():
            self._holder = None
            self._lock.release()

    def __enter__(self) -> Self:
        self._take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._give()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Let others have it meanwhile."""
        self._give()
        try:
            yield
        finally:
            self._take()
