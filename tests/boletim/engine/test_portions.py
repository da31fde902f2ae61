"""Portions of one piece of work: their order, a worker that dies, a job that fails."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from boletim.engine.engine import Here, Job, Line, LostWorkerError, Stop
from boletim.engine.portions import done_in_portions


class Several(Here):
    """Some at once; each job dies a number of times first."""

    def __init__(self, n_at_once: int, n_deaths: int = 0) -> None:
        self.n_at_once = n_at_once  # type: ignore[misc]
        self._n_deaths = n_deaths
        self._n_died: dict[int, int] = {}

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        if self._n_died.setdefault(id(job), 0) < self._n_deaths:
            self._n_died[id(job)] += 1
            raise LostWorkerError("lost_died")
        return super().work(job, hear, stop)


@pytest.mark.parametrize("n_at_once", [1, 3])
def test_outcomes_come_in_the_order_of_the_jobs(n_at_once: int) -> None:
    later = threading.Event()

    def first(line: Line) -> int:
        assert n_at_once == 1 or later.wait(10)
        return line.ask(1)

    def second(line: Line) -> int:
        later.set()
        return line.ask(2)

    with done_in_portions(Several(n_at_once), [first, second], lambda asked: 10 * asked) as outcomes:
        assert list(outcomes) == [10, 20]


def test_who_dies_is_asked_again_but_not_for_ever() -> None:
    with done_in_portions(Several(2, n_deaths=5), [lambda line: 1, lambda line: 2], print) as outcomes:
        assert list(outcomes) == [1, 2]
    with (
        pytest.raises(LostWorkerError),
        done_in_portions(Several(2, n_deaths=6), [lambda line: 1], print) as outcomes,
    ):
        list(outcomes)


def test_where_one_fails_the_others_are_told_to_stop() -> None:
    begun, stopped = threading.Event(), threading.Event()

    def fails(line: Line) -> None:
        assert begun.wait(10)
        raise KeyError("mine")

    def waits(line: Line) -> None:
        begun.set()
        for _ in range(1_000):
            if line.is_stop_asked():
                stopped.set()
                return
            threading.Event().wait(0.01)

    with (
        pytest.raises(KeyError, match="mine"),
        done_in_portions(Several(2), [fails, waits], print) as outcomes,
    ):
        list(outcomes)
    assert stopped.is_set()
