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

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lock.release()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Let others have it meanwhile."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
