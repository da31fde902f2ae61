"""Which engine a search or a refit works on, and how long it stays open."""

import hashlib
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from boletim.contracts.configuration import TuningConfig
from boletim.contracts.errors import BoletimError
from boletim.contracts.extras import need_extra, remedy
from boletim.contracts.protocols import Say
from boletim.contracts.sentence import Sentence
from boletim.engine.engine import Engine, Here
from boletim.tuning.training.faults import is_out_of_memory


@contextmanager
def open_engine(tuning: TuningConfig, folder: Path, say: Say) -> Iterator[Engine]:
    """This process, or Ray where more than that is wanted: several trials at once, or several processes for one.

    Raises:
        MissingExtraError: Ray is wanted and not installed.
        ConfigError: The cluster does not answer.
    """
    n_gpus = torch.cuda.device_count()
    if not tuning.needs_ray and (n_gpus <= 1 or tuning.parallel is not None):
        yield Here()
        return
    if not tuning.needs_ray and find_spec("ray") is None:
        say(Sentence("terminal.trial.one_gpu", n_gpus=n_gpus, typed=remedy("ray")))
        yield Here()
        return
    need_extra("ray", "more than one trial or process at once")
    from boletim.engine.on_ray import ray_engine

    wanted = tuning.cluster, tuning.parallel, tuning.processes
    if _kept and wanted in _kept[-1].engines:
        yield _kept[-1].engines[wanted]
        return
    with ExitStack() as own:
        closing = _kept[-1] if _kept else own
        engine = closing.enter_context(ray_engine(*wanted, _name_of(folder), _weight))
        if _kept:
            _kept[-1].engines[wanted] = engine
        yield engine


class _Kept(ExitStack):
    """Engines by what was wanted of them."""

    def __init__(self) -> None:
        super().__init__()
        self.engines: dict[Any, Engine] = {}


_kept: list[_Kept] = []


@contextmanager
def engines_kept() -> Iterator[None]:
    """Whatever engine is opened in here serves whoever opens the same one again: workers start once."""
    with _Kept() as kept:
        _kept.append(kept)
        try:
            yield
        finally:
            _kept.remove(kept)


def _name_of(folder: Path) -> str:
    """The same for whoever goes on in this folder, and another for everybody else on the cluster."""
    return hashlib.sha256(f"{platform.node()} {folder.resolve()}".encode()).hexdigest()[:16]


def _weight(error: Exception) -> int:
    """Of several processes' failures the one that explains the others weighs most."""
    if is_out_of_memory(error):
        return 2
    return int(isinstance(error, BoletimError | FloatingPointError | OSError))
