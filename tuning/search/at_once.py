"""The trials that run now: one at a time in this thread, several each in a thread that waits for its worker."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import optuna

from boletim.tuning.search.attempt import attempt_trial
from boletim.tuning.search.draws import AnySettings
from boletim.tuning.search.session import Session

_LOOK_EVERY_S = 0.5
_MOST = 1_000


@contextmanager
def trials_at_once(session: Session) -> "Iterator[AtOnce]":
    """Whatever ends the search, the trials that run are asked to save first."""
    pool = ThreadPoolExecutor(_MOST)
    try:
        yield AtOnce(session, pool)
    except BaseException:
        session.stop.set()
        raise
    finally:
        with session.floor.left():
            pool.shutdown()


class AtOnce:
    """Of a search, whose floor the caller has."""

    def __init__(self, session: Session, pool: ThreadPoolExecutor) -> None:
        self._session, self._pool = session, pool
        self._running: set[Future[None]] = set()

    @property
    def n(self) -> int:
        """How many run."""
        return len(self._running)

    @property
    def has_room(self) -> bool:
        """Whether another may begin."""
        return self.n < self._session.engine.n_at_once

    def start(self, trial: optuna.Trial, settings: AnySettings) -> None:
        """Begin a trial; where only one runs at a time it has ended on return."""
        if self._session.engine.n_at_once == 1:
            attempt_trial(self._session, trial, settings)
        else:
            self._running.add(self._pool.submit(self._attempt, trial, settings))

    def wait(self) -> None:
        """Until one ends, or a moment; raises what ends the search."""
        with self._session.floor.left():
            ended, self._running = wait(self._running, _LOOK_EVERY_S, FIRST_COMPLETED)
        for one in ended:
            one.result()

    def _attempt(self, trial: optuna.Trial, settings: AnySettings) -> None:
        with self._session.floor:
            attempt_trial(self._session, trial, settings)
