"""Ray on this machine: one start for all tests, because it takes seconds."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.errors import ConfigError, ModelError, StopRequest
from boletim.engine.engine import Line, LostWorkerError

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'boletim[ray]'")

from boletim.engine import on_ray  # noqa: E402
from boletim.engine.on_ray import RayEngine, ray_engine  # noqa: E402
from boletim.tuning.training.stop import StopFlag  # noqa: E402


@pytest.fixture(scope="module")
def engine() -> Iterator[RayEngine]:
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers do not find the tests
    with ray_engine(None, 2, 1, "tests", lambda error: int(isinstance(error, MemoryError))) as one:
        yield one


def nobody(message: Any) -> Any:
    raise AssertionError(f"nobody was to hear {message}")


def pid_of(line: Line) -> int:
    return os.getpid()


def ask_thrice(line: Line) -> list[Any]:
    line.tell("begun")
    return [line.ask(number) for number in range(3)]


def test_a_job_elsewhere_asks_and_is_answered_in_order(engine: RayEngine) -> None:
    heard: list[Any] = []
    assert engine.work(ask_thrice, lambda message: heard.append(message) or len(heard), StopFlag()) == [2, 3, 4]
    assert heard == ["begun", 0, 1, 2]


def test_a_worker_stays_for_the_next_job(engine: RayEngine) -> None:
    first = engine.work(pid_of, nobody, StopFlag())
    assert first != os.getpid()
    assert engine.work(pid_of, nobody, StopFlag()) == first


def meet(line: Line) -> str:
    return str(line.ask(os.getpid()))


def test_two_jobs_are_done_at_once(engine: RayEngine) -> None:
    both = threading.Barrier(2, timeout=60)
    threads = [threading.Thread(target=engine.work, args=(meet, lambda pid: both.wait(), StopFlag())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert not both.broken


@pytest.mark.parametrize(
    ("raised", "seen", "line"),
    [
        (ModelError("no weights"), ModelError, "no weights"),
        (MemoryError("out of memory"), MemoryError, "out of memory"),
        (RuntimeError("CUDA out of memory.\nTried much"), RuntimeError, "CUDA out of memory"),
        (KeyError("token"), RuntimeError, "KeyError: 'token'"),
    ],
)
def test_what_a_job_raises_is_raised_here(engine: RayEngine, raised: Exception, seen: type, line: str) -> None:
    def job(_: Line) -> None:
        raise raised

    with pytest.raises(seen) as caught:
        engine.work(job, nobody, StopFlag())
    assert type(caught.value) is seen
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def die(line: Line) -> None:
    os.kill(line.ask("pid") or os.getpid(), signal.SIGKILL)
    time.sleep(60)


def test_a_worker_that_is_killed_is_lost_and_another_serves_on(engine: RayEngine) -> None:
    with pytest.raises(LostWorkerError) as caught:
        engine.work(die, lambda message: 0, StopFlag())
    assert not caught.value.has_saved
    assert engine.work(pid_of, nobody, StopFlag()) > 0


def test_an_idle_worker_that_died_is_not_taken(engine: RayEngine) -> None:
    first = engine.work(pid_of, nobody, StopFlag())
    os.kill(first, signal.SIGKILL)
    assert engine.work(pid_of, nobody, StopFlag()) != first


def save_when_asked(line: Line) -> None:
    line.ask(os.getpid())
    until = time.monotonic() + 60
    while not line.is_stop_asked():
        assert time.monotonic() < until
        time.sleep(0.02)
    line.ask("saved")
    raise StopRequest("stopped")


def test_a_stop_lets_the_job_save(engine: RayEngine) -> None:
    stop, heard = StopFlag(), list[Any]()

    def hear(message: Any) -> None:
        heard.append(message)
        stop.set()

    with pytest.raises(StopRequest):
        engine.work(save_when_asked, hear, stop)
    assert heard[1:] == ["saved"]


def test_what_breaks_while_a_stop_is_asked_for_is_no_verdict(engine: RayEngine) -> None:
    stop = StopFlag()
    with pytest.raises(StopRequest):
        engine.work(die, lambda message: stop.set(), stop)


def test_no_thread_that_comes_late_starts_another_ray() -> None:
    seen = "import boletim.engine.on_ray; from ray._private.auto_init_hook import enable_auto_connect as it; print(it)"
    told = subprocess.run([sys.executable, "-c", seen], check=True, capture_output=True, text=True).stdout
    assert told == "False\n"


def test_a_node_that_is_asked_to_go_lets_the_job_save(engine: RayEngine) -> None:
    heard: list[Any] = []

    def hear(message: Any) -> None:
        heard.append(message)
        if len(heard) == 1:
            os.kill(message, signal.SIGTERM)

    with pytest.raises(LostWorkerError) as caught:
        engine.work(save_when_asked, hear, StopFlag())
    assert caught.value.has_saved
    assert heard[1:] == ["saved"]


def test_workers_that_a_former_driver_left_are_ended(engine: RayEngine) -> None:
    first = engine.work(pid_of, nobody, StopFlag())
    engine.end_former()
    assert engine.work(pid_of, nobody, StopFlag()) != first


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray, "is_initialized", lambda: False)

    def refuse(**_: Any) -> None:
        raise ConnectionError("Failed to connect to Ray cluster at 10.0.0.1:6379\nand more")

    monkeypatch.setattr(ray, "init", refuse)
    with (
        pytest.raises(ConfigError, match=r"tuning\.cluster.*10\.0\.0\.1:6379 does not.*ray start --head") as caught,
        ray_engine("10.0.0.1:6379", None, 1, "x", lambda _: 0),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_more_processes_than_a_node_has_gpus_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boletim.engine.on_ray._nodes", lambda: [{"GPU": 2.0, "CPU": 8.0}, {"CPU": 4.0}])
    with (
        pytest.raises(ConfigError, match="GPUs of one machine, 2 here, got 4"),
        ray_engine(None, 1, 4, "tests", lambda _: 0),
    ):
        pass


@pytest.mark.parametrize(("n_failures", "starts"), [(2, True), (3, False)])
def test_a_busy_machine_gets_three_tries(n_failures: int, starts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def start(**_: Any) -> None:
        tried.append("start")
        if tried.count("start") <= n_failures:
            raise RuntimeError("The current node timed out during startup.")

    monkeypatch.setattr(ray, "init", start)
    monkeypatch.setattr(ray, "shutdown", lambda: tried.append("clear"))
    if starts:
        on_ray._connect(None)
    else:
        with pytest.raises(ConfigError, match=r"Ray must start on this machine.*timed out during startup"):
            on_ray._connect(None)
    assert tried == ["start", "clear"] * 2 + ["start"]


def test_sigterm_stays_with_whoever_had_it(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's own handler exits at once; of the engine above and of one that starts later."""
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    with on_ray._own_sigterm():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(15))
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


KILLED = """
import os, time
from boletim.engine.on_ray import ray_engine
from boletim.tuning.training.stop import StopFlag
def job(line):
    line.ask(os.getpid())
    time.sleep(120)
with ray_engine(None, 1, 1, "killed", lambda error: 0) as engine:
    engine.work(job, lambda pid: print(pid, flush=True), StopFlag())
"""


def test_workers_on_this_machine_end_with_a_driver_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        worker = Path("/proc") / driver.stdout.readline().strip()
        assert worker.exists()
        driver.kill()
    until = time.monotonic() + 60
    while worker.exists():
        assert time.monotonic() < until, "the worker lives on"
        time.sleep(0.1)
