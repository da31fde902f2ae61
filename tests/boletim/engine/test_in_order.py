"""Several at once, outcomes in order, and nobody waits for the others with the floor."""

import threading
import time

import pytest

from boletim.engine.engine import Here
from boletim.engine.floor import Floor
from boletim.engine.in_order import done_in_order


class Two:
    n_at_once = 2


def test_here_each_is_done_when_its_outcome_is_asked_for():
    done = []
    with (
        Floor() as floor,
        done_in_order(Here(), floor, threading.Event(), lambda n: done.append(n) or n, [1, 2]) as them,
    ):
        assert next(them) == 1
        assert done == [1]
        assert list(them) == [2]


def test_two_at_once_in_the_order_asked_for():
    floor, meeting, seen = Floor(), threading.Barrier(2, timeout=30), []

    def do(n):
        with floor.left():
            meeting.wait()
            time.sleep(0.2 / n)  # the last of each two ends first
        seen.append(n)
        return n

    with floor, done_in_order(Two(), floor, threading.Event(), do, [1, 2, 3, 4]) as them:
        assert list(them) == [1, 2, 3, 4]
    assert seen[0] == 2
    assert sorted(seen) == [1, 2, 3, 4]


@pytest.mark.parametrize("where", ["there", "here"])
def test_a_failure_stops_the_others_and_begins_no_more(where):
    floor, stop, begun = Floor(), threading.Event(), []

    def do(n):
        begun.append(n)
        if n == 1 and where == "there":
            raise ValueError("failed")
        if n > 1:
            with floor.left():
                assert stop.wait(30)
        return n

    def read(them):
        for _ in them:
            raise ValueError("failed")

    with (
        pytest.raises(ValueError, match="failed"),
        floor,
        done_in_order(Two(), floor, stop, do, [*range(1, 9)]) as them,
    ):
        read(them)
    assert stop.is_set()
    assert len(begun) <= 3
    with floor:
        pass  # nobody has it any more
