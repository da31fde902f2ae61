"""A process that does jobs which another hands it, and what the two say to each other."""

import os
import platform
import queue
import signal
import tempfile
import threading
from contextlib import suppress
from typing import Any

from boletim import __version__
from boletim.contracts.errors import BoletimError, StopRequest
from boletim.engine.engine import Job

ASKED, TOLD, DONE, FAILED, STOPPED = "asked", "told", "done", "failed", "stopped"
_LISTEN_S = 5.0


class Worker:
    """A process of a team; work, listening and answers each have a thread."""

    def __init__(self, rank: int, n: int, meeting: str) -> None:
        self.rank, self.n, self.is_here = rank, n, False
        self.meeting = os.path.join(tempfile.gettempdir(), meeting) if meeting else ""
        self._said: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._stop, self._is_working = threading.Event(), False
        signal.signal(signal.SIGTERM, self._go)

    def _go(self, number: int, frame: Any) -> None:
        """A node that is about to go lets the job save first."""
        self._stop.set()
        if not self._is_working:
            os._exit(0)

    def hello(self) -> tuple[str, str]:
        """What it runs."""
        return __version__, python_version()

    def work(self, job: Job) -> None:
        """Do a job; its end is the last that is said of it."""
        self._is_working = True
        try:
            self._said.put((DONE, _of_first(job(self), self.rank)))
        except StopRequest:
            self._said.put((STOPPED, None))
        except Exception as error:
            self._said.put((FAILED, _portable(error)))
        finally:
            self._is_working = False

    def listen(self) -> list[tuple[str, Any]]:
        """What was said since the last time, as soon as there is anything; nothing after a while."""
        heard: list[tuple[str, Any]] = []
        with suppress(queue.Empty):
            heard.append(self._said.get(timeout=_LISTEN_S))
            while True:
                heard.append(self._said.get_nowait())
        return heard

    def answer(self, answer: Any) -> None:
        """Answer what was asked."""
        self._answers.put(answer)

    def stop(self) -> None:
        """Let the job save and end."""
        self._stop.set()

    def ask(self, message: Any) -> Any:
        """As `Line` has it."""
        self._said.put((ASKED, message))
        return self._answers.get()

    def tell(self, message: Any) -> None:
        """As `Line` has it."""
        self._said.put((TOLD, message))

    def is_stop_asked(self) -> bool:
        """As `Line` has it."""
        return self._stop.is_set()


def _of_first(outcome: Any, rank: int) -> Any:
    return outcome if rank == 0 else None


def _portable(error: Exception) -> Exception:
    """As it is where it travels safely; else its kind and first line, by which a lack of memory is still known."""
    is_plain = isinstance(error, MemoryError | FloatingPointError | OSError | BoletimError)
    return error if is_plain else RuntimeError(kind_and_line(error).removeprefix("RuntimeError: "))


def kind_and_line(error: BaseException) -> str:
    """An exception in one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def python_version() -> str:
    """As far as it decides what can be read from another process."""
    return ".".join(platform.python_version_tuple()[:2])
