import pytest

from boletim.contracts.errors import StopRequest
from boletim.engine.engine import Here, Line


class Stop:
    is_set = False

    def check(self) -> None:
        if self.is_set:
            raise StopRequest("stopped")


def test_a_job_here_asks_and_is_answered() -> None:
    heard: list[object] = []

    def job(line: Line) -> object:
        line.tell("begun")
        return line.ask(3), line.rank, line.n, line.is_here, line.is_stop_asked()

    assert Here().work(job, lambda message: heard.append(message) or len(heard), Stop()) == (2, 0, 1, True, False)
    assert heard == ["begun", 3]


def test_what_a_job_raises_comes_back_as_it_is() -> None:
    def job(line: Line) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Here().work(job, print, Stop())
