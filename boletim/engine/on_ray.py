"""Work done by Ray's workers, on this machine or a cluster; nothing else imports ray.

A worker is an actor that stays for the next job. What a job says comes in batches, in which its end comes last, so that
the driver listens to one thing alone and a worker that dies is heard of there too. Whatever befalls one of several
processes that do a job together ends them all.
"""

import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
os.environ.setdefault("RAY_worker_niceness", "0")  # training is what the machine is there for
os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a thread that is late must not start another Ray
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # Ray's own choice for its next versions

import ray
from ray.exceptions import GetTimeoutError, OutOfMemoryError, RayActorError, RayError, RayTaskError
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from boletim import __version__
from boletim.contracts.errors import ConfigError, StopRequest, first_line
from boletim.engine.engine import Job, LostWorkerError, Stop
from boletim.engine.shares import Share, share_of_a_process
from boletim.engine.worker import ASKED, FAILED, STOPPED, TOLD, Worker, kind_and_line, python_version

_LOOK_S = 0.5
_STOP_GRACE_S = 10.0
"""A step and its checkpoint end sooner; what lasts longer is cut short, before the driver's own patience ends."""
_ENDING_S = 5.0
"""Ray ends its processes one after the other; when a stop is asked for, the last of them end with this one."""
_CAUSE_S = 2.0
"""The process whose failure is the cause may speak after one that only lost its peer."""
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
        self._idle: list[_Team] = []

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
        for actor in ray.util.list_named_actors(all_namespaces=True):
            if actor["namespace"] == self._namespace:
                with suppress(ValueError):  # gone meanwhile
                    ray.kill(ray.get_actor(actor["name"], self._namespace))

    def _take(self, stop: Stop) -> "_Team":
        """An idle team that still lives, or a new one."""
        why = ""
        for _ in range(_MOST_STARTS):
            while self._idle:
                team = self._idle.pop()
                if team.is_ready(stop):
                    return team
                team.end()
            team = _Team(self._processes, self._share(), self._namespace, self._heaviness)
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


def _nodes() -> list[dict[str, float]]:
    return [node["Resources"] for node in ray.nodes() if node["Alive"]]


class _Team:
    """The workers that do one job at a time together; mostly one."""

    def __init__(self, n: int, share: Share, namespace: str, heaviness: Callable[[Exception], int]) -> None:
        self._heaviness = heaviness
        self._group = None
        self.trouble = ""
        options: dict[str, Any] = {"num_cpus": share.cpus, "num_gpus": share.gpus, "namespace": namespace}
        meeting = ""
        if n > 1:
            bundles = [{"CPU": share.cpus, "GPU": share.gpus} if share.gpus else {"CPU": share.cpus}] * n
            self._group = placement_group(bundles, strategy="STRICT_PACK")
            options["scheduling_strategy"] = PlacementGroupSchedulingStrategy(self._group)
            meeting = f"boletim-{uuid.uuid4().hex}"
        self._members = [_actor.options(name=uuid.uuid4().hex, **options).remote(rank, n, meeting) for rank in range(n)]

    def is_ready(self, stop: Stop) -> bool:
        """Wait until the workers have their places; False where one died meanwhile, or is of another version."""
        try:
            hellos = [member.hello.remote() for member in self._members]
            while len(ray.wait(hellos, num_returns=len(hellos), timeout=_LOOK_S)[1]):
                stop.check()
            found = set(ray.get(hellos)) - {(__version__, python_version())}
        except RayError as error:
            self.trouble = kind_and_line(error)
            return False
        if found:
            self.trouble = f"one has Boletim {' on Python '.join(min(found))}"
        return not found

    def do(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        """Hand the job out and listen until everybody is done."""
        first = self._members[0]
        handed = ray.put(job)
        ears = {member.listen.remote(): member for member in self._members}
        hands = [member.work.remote(handed) for member in self._members]
        outcome, n_done, asked_at = None, 0, None
        while n_done < len(self._members):
            ready, _ = ray.wait([*ears, *hands], num_returns=1, timeout=_LOOK_S)
            if stop.is_set and asked_at is None:
                first.stop.remote()
                asked_at = monotonic()
            if asked_at is not None and monotonic() - asked_at > _STOP_GRACE_S:
                stop.check()
            for hand in set(ready) & set(hands):  # a job that cannot be read there fails without a word
                hands.remove(hand)
                with suppress(RayActorError):  # which the ear hears of
                    ray.get(hand)
            for ear in set(ready) & set(ears):
                member = ears.pop(ear)
                ended = False
                for kind, content in self._heard(ear):
                    if kind in (ASKED, TOLD):
                        answer = hear(content)
                        if kind == ASKED:
                            member.answer.remote(answer)
                        continue
                    ended = True
                    if kind == FAILED:
                        raise self._cause(content, ears)
                    if kind == STOPPED:
                        stop.check()
                        raise LostWorkerError("lost_stopped", has_saved=True)
                    n_done += 1
                    outcome = content if member is first else outcome
                if not ended:
                    ears[member.listen.remote()] = member
        return outcome

    def end(self) -> None:
        """End the workers, whatever they are doing."""
        for member in self._members:
            with suppress(RayError, ValueError):
                ray.kill(member)
        if self._group is not None:
            remove_placement_group(self._group)

    def _heard(self, ear: Any, timeout: float | None = None) -> list[tuple[str, Any]]:
        try:
            return list(ray.get(ear, timeout=timeout))
        except GetTimeoutError:
            return []
        except RayError as error:
            if isinstance(error, OutOfMemoryError) or "running low on memory" in str(error):
                return [(FAILED, MemoryError("out of memory: the node was short of it and ended the worker"))]
            return [(FAILED, LostWorkerError("lost_died"))]

    def _cause(self, error: Exception, ears: dict[Any, Any]) -> Exception:
        """Of the failures that come in now, the one that explains the others."""
        found, until = [error], monotonic() + _CAUSE_S
        while ears and monotonic() < until:
            for ear in ray.wait(list(ears), num_returns=1, timeout=0.1)[0]:
                ears.pop(ear)
                found += [content for kind, content in self._heard(ear) if kind == FAILED]
        return max(found, key=self._heaviness)


_actor: Any = ray.remote(max_restarts=0, max_concurrency=4)(Worker)
