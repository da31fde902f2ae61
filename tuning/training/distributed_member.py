"""One of the processes that train a model together: waits for trials, trains, says how it went."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
import torch.distributed
from torch.distributed import FileStore  # type: ignore[attr-defined]

from boletim.contracts.errors import BoletimError, StopRequest
from boletim.contracts.results.search import CurvePoint
from boletim.models.quiet import quiet_transformers
from boletim.tuning.training.faults import one_line
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import TrialPlan, free_memory, run_trial

DONE, FAILED, STOPPED, POINT, PROGRESS, STOP = "done", "failed", "stopped", "point", "progress", "stop"
_PATIENCE = timedelta(days=30)
"""Between trials a crew waits for as long as the search does; a process that fails ends the others at once."""


@dataclass(frozen=True)
class Job:
    """One trial."""

    plan: TrialPlan
    name: str
    resume: Path | None


def serve(rank: int, n: int, store: str, pipe: Connection) -> None:
    """Train what comes through the pipe until it closes.

    Args:
        rank: Of this process.
        n: Processes in the crew.
        store: A file at which they meet.
        pipe: To the search.
    """
    _end_with_parent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # the search hears them too, and says at which step to stop
    control = _meet(rank, n, store)
    search = _Search(rank, pipe, control)
    with quiet_transformers():
        while (job := _next_job(pipe)) is not None:
            try:
                outcome = run_trial(job.plan, job.name, search.on_point, search.progress, search.stop, job.resume)
            except StopRequest:
                pipe.send((STOPPED, None))
                return
            except Exception as error:
                pipe.send((FAILED, _portable(error)))
                os._exit(1)  # the others wait for this one somewhere, and leaving in good order would wait for them
            pipe.send((DONE, outcome if rank == 0 else None))
            del job, outcome
            free_memory()


def _meet(rank: int, n: int, store: str) -> Any:
    """Join the others; returns the group in which small messages go, beside the one of the gradients."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(n), "LOCAL_WORLD_SIZE": str(n)}
    has_gpu = torch.cuda.is_available()
    if has_gpu:
        torch.cuda.set_device(rank)
    else:
        n_threads = max(1, (os.cpu_count() or 1) // n)
        os.environ.setdefault("OMP_NUM_THREADS", str(n_threads))
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # one machine; its own name may not resolve
    torch.distributed.init_process_group(
        "nccl" if has_gpu else "gloo",
        store=FileStore(store, n),  # a path, where a URL would read `?` and `%20` in it
        rank=rank,
        world_size=n,
        timeout=_PATIENCE,
    )
    return torch.distributed.new_group(backend="gloo", timeout=_PATIENCE)


class _Search:
    """The search as a trial sees it; the first process asks for all."""

    def __init__(self, rank: int, pipe: Connection, control: Any) -> None:
        self._rank, self._pipe, self._control = rank, pipe, control
        self.stop = _SharedStop(self)

    def on_point(self, point: CurvePoint) -> bool:
        answer = False
        if self._rank == 0:
            self._pipe.send((POINT, point))
            while (heard := self._pipe.recv()) == STOP:
                self.stop.set()
            answer = bool(heard)
        return self.agree(answer)

    def progress(self, what: str, n_done: int, n_all: int) -> None:
        if self._rank == 0:
            self._pipe.send((PROGRESS, (what, n_done, n_all)))

    def is_stop_asked(self) -> bool:
        while self._rank == 0 and self._pipe.poll():
            self._pipe.recv()
            self.stop.set()
        return False

    def agree(self, answer: bool) -> bool:
        """The first process's answer, for all of them."""
        flag = torch.tensor([int(answer)])
        torch.distributed.broadcast(flag, 0, group=self._control)
        return bool(flag.item())


class _SharedStop(StopFlag):
    """A stop that all processes see at the same step; each must ask equally often."""

    def __init__(self, search: _Search) -> None:
        super().__init__()
        self._search = search

    @property
    def is_set(self) -> bool:
        self._search.is_stop_asked()
        if self._search.agree(self._event.is_set()):
            self.set()
        return self._event.is_set()


def _next_job(pipe: Connection) -> Job | None:
    try:
        while not isinstance(heard := pipe.recv(), Job):
            pass  # a stop that came when the trial had ended
    except EOFError:
        return None
    return heard


def _portable(error: Exception) -> Exception:
    """As it is where it travels safely; else its kind and first line, by which a lack of memory is still known."""
    is_plain = isinstance(error, MemoryError | FloatingPointError | OSError | BoletimError)
    return error if is_plain else RuntimeError(one_line(error).removeprefix("RuntimeError: "))


def _end_with_parent() -> None:
    """A search that was killed must not leave a process behind that still writes checkpoints."""
    parent = multiprocessing.parent_process()

    def watch(wait_for: Callable[[], None]) -> None:
        wait_for()
        os._exit(1)

    if parent is not None:
        threading.Thread(target=watch, args=(parent.join,), daemon=True).start()
