"""Workers of Ray that do one job at a time together.

What a job says comes in batches, in which its end comes last, so that the driver listens to one thing alone and a
worker that dies is heard of there too. Whatever befalls one of several processes that do a job together ends them all.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, OutOfMemoryError, RayActorError, RayError
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from boletim import __version__
from boletim.engine.engine import Job, LostWorkerError, Stop
from boletim.engine.shares import Share
from boletim.engine.worker import ASKED, FAILED, STOPPED, TOLD, Worker, kind_and_line, python_version

_LOOK_S = 0.5
_STOP_GRACE_S = 10.0
"""A step and its checkpoint end sooner; what lasts longer is cut short, before the driver's own patience ends."""
_CAUSE_S = 2.0
"""The process whose failure is the cause may speak after one that only lost its peer."""


class Team:
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
