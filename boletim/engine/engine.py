"""What does long work, and what a job sees of whoever asked for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from boletim.contracts.errors import BoletimError


class LostWorkerError(BoletimError):
    """A worker went away before its job was done: killed, or with its node."""

    def __init__(self, key: str, *, has_saved: bool = False) -> None:
        """Say why.

        Args:
            key: Of the words under `errors`: what happened.
            has_saved: It was asked to go, and saved where it was.
        """
        super().__init__(key)
        self.has_saved = has_saved


class Stop(Protocol):
    """Whether the driver was asked to stop."""

    @property
    def is_set(self) -> bool:
        """True from then on."""

    def check(self) -> None:
        """Raise StopRequest when it was."""


class Line(Protocol):
    """A job's line to the driver."""

    rank: int
    """Of this process among those that do the job together."""
    n: int
    """How many they are."""
    meeting: str
    """A path of this machine that they alone have in common; empty where the job has one process."""
    is_here: bool
    """Whether driver and job are one process."""

    def ask(self, message: Any) -> Any:
        """Wait for the driver's answer."""

    def tell(self, message: Any) -> None:
        """Wait for nothing."""

    def is_stop_asked(self) -> bool:
        """Whether the job is to save and raise StopRequest."""


Job = Callable[[Line], Any]
"""Of a job that several processes do together the first one's outcome counts."""


class Engine(Protocol):
    """Whoever does jobs."""

    @property
    def n_at_once(self) -> int:
        """Jobs that can be done at the same time, from as many threads; it may change as machines come and go."""

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        """Do a job and wait for its outcome.

        Args:
            job: Can be pickled, so that it may be done elsewhere.
            hear: Given each message of the job; returns the answer to those that ask.
            stop: Handed on to the job.

        Raises:
            LostWorkerError: Whoever did it went away.
            StopRequest: The stop was asked for, and the job has saved.
            Exception: What the job raised.
        """


class Here:
    """This process, one job after the other."""

    n_at_once = 1

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        """Do the job."""
        return job(_Direct(hear, stop))


OpenEngine = Callable[[], AbstractContextManager[Engine]]
"""Opens an engine when there is work for it: workers take longer to start than little work takes."""


def in_this_process() -> AbstractContextManager[Engine]:
    """Open what needs no opening."""
    return nullcontext(Here())


class _Direct:
    """A line within one process."""

    rank, n, meeting, is_here = 0, 1, "", True

    def __init__(self, hear: Callable[[Any], Any], stop: Stop) -> None:
        self.ask = self.tell = hear
        self._stop = stop

    def is_stop_asked(self) -> bool:
        return self._stop.is_set
