"""Several things done at once on an engine, their outcomes in the order in which they were asked for."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

from boletim.engine.engine import Engine
from boletim.engine.floor import Floor

Thing = TypeVar("Thing")
Outcome = TypeVar("Outcome")


class Settable(Protocol):
    """A stop that can be asked for here."""

    def set(self) -> None:
        """Ask for it."""


@contextmanager
def done_in_order(
    engine: Engine, floor: Floor, stop: Settable, do: Callable[[Thing], Outcome], things: Sequence[Thing]
) -> Iterator[Iterator[Outcome]]:
    """As many at once as the engine takes, each in a thread that has the floor unless it waits; one, in this thread.

    Args:
        engine: On which `do` gives its work away.
        floor: Which the caller has; it is left while an outcome is waited for.
        stop: Set where something fails, so that the others end soon.
        do: Does one thing.
        things: In the order of the outcomes.
    """
    if engine.n_at_once == 1:
        yield map(do, things)
        return

    def with_floor(thing: Thing) -> Outcome:
        with floor:
            return do(thing)

    def outcomes() -> Iterator[Outcome]:
        for one in running:
            with floor.left():
                outcome = one.result()
            yield outcome

    pool = ThreadPoolExecutor(engine.n_at_once)
    try:
        running = [pool.submit(with_floor, thing) for thing in things]
        yield outcomes()
    except BaseException:
        stop.set()
        raise
    finally:
        with floor.left():
            pool.shutdown(cancel_futures=True)
