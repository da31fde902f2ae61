import signal
import threading
from types import FrameType

import pytest

from boletim.engine.floor import Floor


def test_others_have_the_floor_only_while_it_is_left() -> None:
    floor, said = Floor(), list[str]()

    def other() -> None:
        with floor:
            said.append("other")

    thread = threading.Thread(target=other)
    with floor:
        thread.start()
        thread.join(0.05)
        said.append("first")
        with floor.left():
            thread.join(10)
        said.append("first again")
    assert said == ["first", "other", "first again"]


def test_an_exception_gives_the_floor_back() -> None:
    floor = Floor()
    for _ in range(2):
        try:
            with floor, floor.left():
                raise ValueError
        except ValueError:
            continue


def test_a_signal_that_breaks_off_the_waiting_leaves_the_floor_to_who_has_it() -> None:
    floor, has_it, is_over = Floor(), threading.Event(), threading.Event()

    def other() -> None:
        with floor:
            has_it.set()
            is_over.wait(10)

    def stop(number: int, frame: FrameType | None) -> None:
        raise InterruptedError

    def leave() -> None:
        with floor, floor.left():
            thread.start()
            has_it.wait(10)
            signal.setitimer(signal.ITIMER_REAL, 0.1)

    thread, before = threading.Thread(target=other), signal.signal(signal.SIGALRM, stop)
    try:
        with pytest.raises(InterruptedError):
            leave()
        assert floor._lock.locked(), "by the other thread"
    finally:
        is_over.set()
        signal.signal(signal.SIGALRM, before)
        thread.join(10)
    with floor:
        pass
