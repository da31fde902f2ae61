"""Train one model in several processes of this machine, one for each GPU.

The search itself is none of them: it hands each trial to the crew, hears of every evaluation from its first process
and answers whether to go on, so that the storage is spoken to from one place. Whatever befalls one process ends them
all, and the next trial, or the same one with smaller batches, gets a new crew.
"""

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from typing import Any

import torch

from boletim.contracts.errors import BoletimError, ConfigError
from boletim.contracts.protocols import Progress
from boletim.contracts.results.search import CurvePoint
from boletim.tuning.training.distributed_member import DONE, FAILED, POINT, PROGRESS, STOP, STOPPED, Job, serve
from boletim.tuning.training.faults import is_out_of_memory
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import Train, TrialOutcome, TrialPlan, run_trial

_LOOK_S = 0.5
_GRACE_S = 2.0
"""The process whose failure is the cause may speak after one that only lost its peer."""
_KILLED = -9


@contextmanager
def training_in(n_processes: int) -> Iterator[Train]:
    """What trains a trial: this process, or a crew of several.

    Raises:
        ConfigError: There are fewer GPUs than processes.
    """
    if n_processes == 1:
        yield run_trial
        return
    n_gpus = torch.cuda.device_count()
    if 0 < n_gpus < n_processes:
        raise ConfigError("processes_gpus", n_gpus=n_gpus, n_processes=n_processes)
    crew = Crew(n_processes)
    try:
        yield crew.train
    finally:
        crew.close()


@dataclass(frozen=True)
class _Member:
    process: Any
    pipe: Connection


class Crew:
    """The processes; they are started with the first trial and serve until one fails."""

    def __init__(self, n_processes: int) -> None:
        """Start nothing yet."""
        self._n = n_processes
        self._members: list[_Member] = []
        self._meeting = ""

    def train(
        self,
        plan: TrialPlan,
        name: str,
        on_point: Callable[[CurvePoint], bool],
        progress: Progress,
        stop: StopFlag,
        resume: Path | None = None,
    ) -> TrialOutcome:
        """Train as `run_trial` does, each process with its share of every batch.

        Raises:
            MemoryError: A process was killed, as a host does that runs out of memory.
            Exception: What the process raised whose failure is the cause.
            StopRequest: A stop was asked for.
        """
        if not self._members:
            self._start()
        try:
            job = Job(plan, name, resume)
            for member in self._members:
                member.pipe.send(job)
            return self._follow(on_point, progress, stop)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for member in self._members:
            member.process.kill()
        for member in self._members:
            member.process.join()
            member.pipe.close()
        self._members = []
        shutil.rmtree(self._meeting, ignore_errors=True)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # a forked process would share this one's threads and GPU
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # as they import torch: no talk of unused weights
        self._meeting = tempfile.mkdtemp(prefix="boletim-crew-")
        for rank in range(self._n):
            here, there = context.Pipe()
            process = context.Process(
                target=serve, args=(rank, self._n, str(Path(self._meeting) / "store"), there), daemon=True
            )
            process.start()
            there.close()
            self._members.append(_Member(process, here))

    def _follow(self, on_point: Callable[[CurvePoint], bool], progress: Progress, stop: StopFlag) -> TrialOutcome:
        outcome: TrialOutcome | None = None
        n_done, is_told = 0, False
        first = self._members[0].pipe
        while n_done < self._n:
            if stop.is_set and not is_told:
                first.send(STOP)
                is_told = True
            for member in self._ready(_LOOK_S):
                kind, content = self._hear(member)
                if kind == PROGRESS:
                    progress(*content)
                elif kind == POINT:
                    first.send(on_point(content))
                elif kind == STOPPED:
                    stop.check()
                elif kind == FAILED:
                    raise self._cause(content)
                elif kind == DONE:
                    n_done += 1
                    outcome = content if member.pipe is first else outcome
        assert outcome is not None
        return outcome

    def _ready(self, seconds: float) -> list[_Member]:
        """Who has something to say, or has ended."""
        ready = wait([*(m.pipe for m in self._members), *(m.process.sentinel for m in self._members)], seconds)
        return [m for m in self._members if m.pipe in ready or (m.process.sentinel in ready and not m.pipe.poll())]

    def _hear(self, member: _Member) -> tuple[str, Any]:
        try:
            if member.pipe.poll():
                kind, content = member.pipe.recv()
                return kind, content
        except (EOFError, ConnectionResetError):
            pass  # it ended without a word, which its exit code explains
        member.process.join()
        if member.process.exitcode == _KILLED:
            return FAILED, MemoryError("out of memory: a process of the trial was killed by the system")
        return FAILED, RuntimeError(f"a process of the trial ended with code {member.process.exitcode}")

    def _cause(self, error: Exception) -> Exception:
        """Of the failures that come in now, the one that explains the others."""
        found, until = [error], monotonic() + _GRACE_S
        while monotonic() < until:
            for member in self._ready(0.1):
                if not member.pipe.poll():
                    continue
                kind, content = self._hear(member)
                if kind == FAILED:
                    found.append(content)
        return max(found, key=_weight)


def _weight(error: Exception) -> int:
    if is_out_of_memory(error):
        return 2
    return int(isinstance(error, BoletimError | FloatingPointError | OSError))
