"""Portions of one piece of work, each done wherever there is room, their outcomes in order."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any

from boletim.contracts.errors import StopRequest
from boletim.engine.engine import Engine, Job, LostWorkerError

_MOST_DEATHS = 5


@contextmanager
def done_in_portions(engine: Engine, jobs: Sequence[Job], hear: Callable[[Any], Any]) -> Iterator[Iterator[Any]]:
    """As many jobs at once as the engine takes; one whose worker dies is done again, five times at most.

    Args:
        engine: Does them.
        jobs: In the order of the outcomes; each may be done twice, so it starts afresh.
        hear: Given each message of any job; returns the answer to those that ask. With several at once it is called
            from several threads.

    Yields:
        The outcomes, as they are asked for. Whoever leaves early stops the jobs that are left.
    """
    stop = _Stop()

    def do(job: Job) -> Any:
        for _ in range(_MOST_DEATHS):
            with suppress(LostWorkerError):
                return engine.work(job, hear, stop)
        return engine.work(job, hear, stop)

    if engine.n_at_once == 1:
        yield map(do, jobs)
        return
    pool = ThreadPoolExecutor(engine.n_at_once)
    try:
        yield pool.map(do, jobs)
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class _Stop:
    """Set where one job fails, or the driver is to end: the others are not waited for."""

    def __init__(self) -> None:
        self._event = Event()
        self.set = self._event.set

    @property
    def is_set(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        if self.is_set:
            raise StopRequest("stopped")
