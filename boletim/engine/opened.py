"""Ray's engine as a run wants it, and how long it stays open."""

import hashlib
import platform
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from boletim.contracts.configuration import TuningConfig
from boletim.contracts.extras import need_extra
from boletim.engine.engine import Engine


def _alike(error: Exception) -> int:
    return 0


@contextmanager
def ray_for(tuning: TuningConfig, folder: Path, heaviness: Callable[[Exception], int] = _alike) -> Iterator[Engine]:
    """Workers on this machine or a cluster.

    Args:
        tuning: How many, and where.
        folder: Of the run.
        heaviness: Of an exception: of several processes' failures the heaviest is the cause of the others.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigError: The cluster does not answer.
    """
    need_extra("ray", "more than one trial or process at once")
    from boletim.engine.on_ray import ray_engine

    wanted = tuning.cluster, tuning.parallel, tuning.processes
    if _kept and wanted in _kept[-1].engines:
        yield _kept[-1].engines[wanted]
        return
    with ExitStack() as own:
        closing = _kept[-1] if _kept else own
        engine = closing.enter_context(ray_engine(*wanted, _name_of(folder), heaviness))
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
