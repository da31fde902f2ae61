"""A trial on an engine: what is sent where it is trained, what comes back, and several processes that train one model.

Where a worker sees the run folder it writes there. Elsewhere it writes to a folder of its own, begins with the
checkpoints that the driver has, and hands over each new one; it goes on when the driver has it on disk.
"""

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import torch
import torch.distributed
from torch.distributed import FileStore  # type: ignore[attr-defined]

from boletim.contracts.protocols import Progress, Say
from boletim.contracts.results.search import CurvePoint
from boletim.engine.engine import Engine, Here, Line
from boletim.engine.floor import Floor
from boletim.engine.machine import machine_mark, processor_name
from boletim.engine.parcels import Files, pack, unpack
from boletim.models.bf16 import settle
from boletim.models.quiet import quiet_transformers
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.prompted.trial import ask
from boletim.tuning.training.checkpoint import SEAL, find_checkpoint, keep_only
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import free_memory, run_trial

_PATIENCE = timedelta(days=30)
"""Between trials the processes wait for as long as the search does; one that fails ends the others at once."""
_CHECKPOINTS_WANTED = "checkpoints wanted"
_TOLD_EVERY_S = 0.2
_WITNESS = ".seen-"
Plan = TrialPlan | PromptPlan
Train = Callable[[Plan, str, Callable[[CurvePoint], bool], Progress, StopFlag, Path | None], TrialOutcome]
"""As `run_trial`; a prompted candidate is asked instead, by one process, and always from the beginning."""


def training_on(engine: Engine, floor: Floor) -> Train:
    """What trains a trial, or asks a prompted one, leaving the floor meanwhile."""
    return partial(_train, engine, floor)


def settle_there(engine: Engine, wanted: str, say: Say, stop: StopFlag) -> str:
    """The precision to compute in, on whoever trains."""
    return str(engine.work(partial(_settled, wanted), say, stop))


@dataclass(frozen=True)
class _Saved:
    """A whole checkpoint, or the model that a trial ends with."""

    files: Files
    keep: tuple[str, ...]
    """Folders that stay beside it."""


@dataclass(frozen=True)
class _Trial:
    """The job."""

    plan: Plan
    name: str
    resume: Path | None
    witness: Path
    """A file that is there for whoever sees the run folder."""

    def __call__(self, line: Line) -> TrialOutcome | None:
        is_asked = isinstance(self.plan, PromptPlan)
        if is_asked and line.rank > 0:
            return None
        group = _meet(line) if line.n > 1 and not is_asked else None
        point, tell, stop = _asking(line, group), _telling(line), _StopThere(line, group)

        def train(plan: Plan, resume: Path | None) -> TrialOutcome:
            if isinstance(plan, PromptPlan):
                outcome = ask(plan, self.name, tell, stop)
            else:
                outcome = run_trial(plan, self.name, point, tell, stop, resume)
            return replace(outcome, where=(machine_mark(), _device()))

        if line.is_here:
            return train(self.plan, self.resume)
        try:
            with quiet_transformers():
                if self.witness.exists():
                    return train(self.plan, self.resume)
                return self._away(line, train)
        finally:
            free_memory()

    def _away(self, line: Line, train: Callable[[Plan, Path | None], TrialOutcome]) -> TrialOutcome:
        own = Path(f"{line.meeting}.trial") if line.meeting else Path(tempfile.mkdtemp(prefix="boletim-"))
        here, resume = own / "checkpoints", None
        try:
            hand_over, plan = partial(_hand_over, line, here), replace(self.plan, checkpoints=here)
            if isinstance(plan, TrialPlan):
                plan = replace(plan, after_save=hand_over)
                if line.rank == 0 and self.resume is not None:
                    unpack(line.ask(_CHECKPOINTS_WANTED), here, SEAL)
                if line.n > 1:
                    torch.distributed.barrier()
                if self.resume is not None:
                    resume = find_checkpoint(here, plan.owner)
            outcome = train(plan, resume)
            if outcome.best_checkpoint is None:
                return outcome
            if line.rank == 0 and not (outcome.best_checkpoint / SEAL).exists():
                hand_over(outcome.best_checkpoint)  # a prompt, or adapters merged into a model of their own
            return replace(outcome, best_checkpoint=self.plan.checkpoints / outcome.best_checkpoint.name)
        finally:
            if line.rank == 0:
                shutil.rmtree(own, ignore_errors=True)


def _train(
    engine: Engine,
    floor: Floor,
    plan: Plan,
    name: str,
    on_point: Callable[[CurvePoint], bool],
    progress: Progress,
    stop: StopFlag,
    resume: Path | None = None,
) -> TrialOutcome:
    def hear(message: Any) -> Any:
        if message == _CHECKPOINTS_WANTED:
            return pack(plan.checkpoints, plan.checkpoints)
        if isinstance(message, _Saved):
            return _take_over(plan.checkpoints, message)
        with floor:
            return on_point(message) if isinstance(message, CurvePoint) else progress(*message)

    with _witness(plan.checkpoints.parent) if not isinstance(engine, Here) else nullcontext(Path()) as witness:
        if isinstance(plan, TrialPlan) and not isinstance(
            engine, Here
        ):  # where the study lies is nobody else's business
            plan = replace(plan, tuning=plan.tuning.model_copy(update={"storage": "sqlite", "cluster": None}))
        job = _Trial(plan, name, resume, witness)
        with floor.left():
            outcome: TrialOutcome = engine.work(job, hear, stop)
    return outcome


def _device() -> str:
    """The GPU, and which of its machine's where a worker sees but one; the processor where there is none."""
    if not torch.cuda.is_available():
        return processor_name()
    seen = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return torch.cuda.get_device_name(0) + (f" (GPU {seen})" if seen.isdecimal() else "")


def _settled(wanted: str, line: Line) -> str:
    return settle(wanted, line.ask)


def forget_witnesses(folder: Path) -> None:
    """Remove from a run folder the marks that a driver left which was killed."""
    for left in folder.glob(f"trials/*/{_WITNESS}*"):
        left.unlink()


@contextmanager
def _witness(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_WITNESS}{uuid.uuid4().hex}"
    path.touch()
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _hand_over(line: Line, here: Path, made: Path) -> None:
    line.ask(_Saved(pack(here, made), tuple(path.name for path in here.iterdir())))


def _take_over(checkpoints: Path, saved: _Saved) -> None:
    """Put a checkpoint where it would lie, had it been made here; it is without a seal until it is whole."""
    unpack(saved.files, checkpoints, SEAL)
    keep_only(checkpoints, saved.keep)


def _asking(line: Line, group: Any) -> Callable[[CurvePoint], bool]:
    """The driver's answer to a point; the first process asks for all."""
    return lambda point: _agree(bool(line.ask(point)) if line.rank == 0 else False, group)


def _telling(line: Line) -> Progress:
    """To another process only as often as anyone looks."""
    told = [0.0]

    def tell(what: str, done: int, total: int) -> None:
        if line.rank == 0 and (line.is_here or done == total or monotonic() - told[0] > _TOLD_EVERY_S):
            told[0] = monotonic()
            line.tell((what, done, total))

    return tell


class _StopThere(StopFlag):
    """The driver's stop, which all processes see at the same step; each must ask equally often."""

    def __init__(self, line: Line, group: Any) -> None:
        super().__init__()
        self._line, self._group = line, group

    @property
    def is_set(self) -> bool:
        return _agree(self._line.is_stop_asked(), self._group)


def _agree(answer: bool, group: Any) -> bool:
    """The first process's answer, for all of them."""
    if group is None:
        return answer
    flag = torch.tensor([int(answer)])
    torch.distributed.broadcast(flag, 0, group=group)
    return bool(flag.item())


_groups: dict[str, Any] = {}
"""In a worker: the group in which small messages go, beside the one of the gradients."""


def _meet(line: Line) -> Any:
    if line.meeting in _groups:
        return _groups[line.meeting]
    rank, n = str(line.rank), str(line.n)
    has_gpu = torch.cuda.is_available()  # Ray shows each process a GPU of its own
    os.environ |= {"RANK": rank, "LOCAL_RANK": "0" if has_gpu else rank, "WORLD_SIZE": n, "LOCAL_WORLD_SIZE": n}
    if sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # one machine; its own name may not resolve
    torch.distributed.init_process_group(
        "nccl" if has_gpu else "gloo",
        store=FileStore(line.meeting, line.n),  # a path, where a URL would read `?` and `%20` in it
        rank=line.rank,
        world_size=line.n,
        timeout=_PATIENCE,
    )
    _groups[line.meeting] = torch.distributed.new_group(backend="gloo", timeout=_PATIENCE)
    return _groups[line.meeting]
