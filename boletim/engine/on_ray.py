"""Work done by Ray's workers, on this machine or a cluster; nothing but this and team imports ray.

A worker is an actor that stays for the next job.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
os.environ.setdefault("RAY_worker_niceness", "0")  # training is what the machine is there for
os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a thread that is late must not start another Ray
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # Ray's own choice for its next versions

import ray
from ray.exceptions import ActorDiedError, RayError, RayTaskError

from boletim import __version__
from boletim.contracts.errors import ConfigError, StopRequest, first_line
from boletim.engine.engine import Job, Stop
from boletim.engine.shares import Share, share_of_a_process
from boletim.engine.team import Team
from boletim.engine.worker import python_version

_ENDING_S = 5.0
"""Ray ends its processes one after the other; when a stop is asked for, the last of them end with this one."""
_DEATH_S = 30.0
"""A worker dies within milliseconds; one whose node is out of reach is not waited for longer."""
_SOON_S = 0.1
_MOST_STARTS = 5
_MOST_FALSE_STARTS = 2


@contextmanager
def ray_engine(
    address: str | None, parallel: int | None, processes: int, name: str, heaviness: Callable[[Exception], int]
) -> "Iterator[RayEngine]":
    """Connect to a cluster, or start Ray on this machine and end it afterwards.

    Args:
        address: Of the cluster's head; None for this machine alone.
        parallel: Jobs at once; None for as many as there are GPUs, or nodes where there are none.
        processes: That do one job together, on one node.
        name: Of the run: workers that a former driver of it left behind are ended.
        heaviness: Of an exception: of several the heaviest is the cause of the others.

    Raises:
        ConfigError: The cluster does not answer, or no node has as many GPUs as processes are wanted.
    """
    is_ours = not ray.is_initialized()
    if is_ours:
        with _own_sigterm():
            _connect(address)
    engine = RayEngine(parallel, processes, f"boletim-{name}", heaviness)
    patience = None
    try:
        _check_gpus(processes)
        engine.end_former()
        yield engine
    except StopRequest:
        patience = _ENDING_S
        raise
    finally:
        engine.close()
        if is_ours:
            ending = threading.Thread(target=ray.shutdown, daemon=True)
            ending.start()
            ending.join(patience)


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Ray takes SIGTERM to itself and exits; here it lets the trials save."""
    before, is_main = signal.getsignal(signal.SIGTERM), threading.current_thread() is threading.main_thread()
    try:
        yield
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


def _connect(address: str | None) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if address is None:
            _start_here(quiet)
        else:
            ray.init(address=address, **quiet)
    except Exception as error:
        if address is None:
            raise ConfigError("ray_local", reason=first_line(error)) from error
        raise ConfigError("cluster_silent", address=address, reason=first_line(error)) from error


def _start_here(quiet: dict[str, Any]) -> None:
    """Start Ray, which gives its processes thirty seconds, and on a busy machine they need a second try."""
    for _ in range(_MOST_FALSE_STARTS):
        with suppress(Exception):
            ray.init(address="local", include_dashboard=False, **quiet)
            return
        ray.shutdown()
    ray.init(address="local", include_dashboard=False, **quiet)


def _check_gpus(processes: int) -> None:
    largest = max((int(node.get("GPU", 0)) for node in _nodes()), default=0)
    if 0 < largest < processes:
        raise ConfigError("cluster_processes", n_gpus=largest, n=processes)


class RayEngine:
    """Gives jobs to workers."""

    def __init__(
        self, parallel: int | None, processes: int, namespace: str, heaviness: Callable[[Exception], int]
    ) -> None:
        """Start nothing yet."""
        self._parallel, self._processes, self._namespace = parallel, processes, namespace
        self._heaviness = heaviness
        self._idle: list[Team] = []

    @property
    def n_at_once(self) -> int:
        """As many as were asked for, or as many as the cluster has GPUs or, without any, nodes."""
        if self._parallel is not None:
            return self._parallel
        nodes = _nodes()
        n_gpus = sum(int(node.get("GPU", 0)) // self._processes for node in nodes)
        return max(1, n_gpus or sum("CPU" in node for node in nodes))

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        """Do a job where there is room for it; waits until there is."""
        team = self._take(stop)
        try:
            outcome = team.do(job, hear, stop)
        except BaseException as error:
            try:
                team.end()
            finally:
                stop.check()  # what breaks while all is being ended is no verdict
            if isinstance(error, RayTaskError):
                raise ConfigError("cluster_job", reason=first_line(error.cause)) from error
            raise
        self._idle.append(team)
        return outcome

    def close(self) -> None:
        """End the workers that wait for a job."""
        while self._idle:
            self._idle.pop().end()

    def end_former(self) -> None:
        """End the workers of a driver that died, before their trials go on: none may write where another does."""
        former = []
        for actor in ray.util.list_named_actors(all_namespaces=True):
            if actor["namespace"] == self._namespace:
                with suppress(ValueError):  # gone meanwhile
                    former.append(ray.get_actor(actor["name"], self._namespace))
        for worker in former:
            ray.kill(worker)
        until = monotonic() + _DEATH_S
        for worker in former:
            _await_death(worker, until)

    def _take(self, stop: Stop) -> Team:
        """An idle team that still lives, or a new one."""
        why = ""
        for _ in range(_MOST_STARTS):
            while self._idle:
                team = self._idle.pop()
                if team.is_ready(stop):
                    return team
                team.end()
            team = Team(self._processes, self._share(), self._namespace, self._heaviness)
            try:
                if team.is_ready(stop):
                    return team
                why = team.trouble
            except BaseException:
                team.end()
                raise
            team.end()
        raise ConfigError("cluster_versions", version=__version__, python=python_version(), reason=why)

    def _share(self) -> Share:
        return share_of_a_process(_nodes(), self.n_at_once, self._processes)


def _await_death(worker: Any, until: float) -> None:
    """Wait until a worker that was killed answers no more: Ray kills without waiting, and it may serve on meanwhile."""
    while (left := until - monotonic()) > 0:
        try:
            ray.get(worker.hello.remote(), timeout=left)
        except ActorDiedError:
            return
        except RayError:  # out of reach for now
            sleep(_SOON_S)


def _nodes() -> list[dict[str, float]]:
    return [node["Resources"] for node in ray.nodes() if node["Alive"]]
