"""Being asked to stop: a SIGTERM lets the trial save where it is, and ends the process in good time."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from boletim.contracts.errors import StopRequest

_GRACE_S = 15.0
"""A step and its checkpoint end sooner; an evaluation or a tokenisation that lasts longer is cut short."""
_AGAIN_S = 5.0
"""What waits on the way out is cut short as well."""
_KEPT = "stop_kept"


class StopFlag:
    """Whether this process was asked to stop."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def is_set(self) -> bool:
        """True from the first signal on."""
        return self._event.is_set()

    def set(self) -> None:
        """Ask for the stop."""
        self._event.set()

    def check(self) -> None:
        """Raise StopRequest when a stop was asked for."""
        if self.is_set:
            raise StopRequest(_KEPT)

    def wait(self, seconds: float) -> None:
        """Sleep that long, or raise StopRequest as soon as a stop is asked for."""
        self._event.wait(seconds)
        self.check()


@contextmanager
def stop_at_once() -> Iterator[None]:
    """Turn SIGTERM into StopRequest wherever the program is: around what has nothing to save."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise StopRequest("stopped")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def stop_on_signal() -> Iterator[StopFlag]:
    """Turn SIGTERM into a flag, and into StopRequest wherever the program is when the flag is not seen in time."""
    flag = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield flag  # signals reach the main thread alone
        return

    def begin(number: int, frame: FrameType | None) -> None:
        if not flag.is_set:
            flag.set()
            signal.setitimer(signal.ITIMER_REAL, _GRACE_S, _AGAIN_S)

    def insist(number: int, frame: FrameType | None) -> None:
        raise StopRequest(_KEPT)

    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, begin),
        signal.SIGALRM: signal.signal(signal.SIGALRM, insist),
    }
    try:
        yield flag
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
