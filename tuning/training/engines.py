"""Which engine a search, a refit or a scoring works on."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import torch

from boletim.contracts.configuration import TuningConfig
from boletim.contracts.errors import BoletimError
from boletim.contracts.extras import remedy
from boletim.contracts.protocols import Say
from boletim.contracts.sentence import Sentence
from boletim.engine.engine import Engine, Here
from boletim.engine.opened import ray_for
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
    with ray_for(tuning, folder, _weight) as engine:
        yield engine


def _weight(error: Exception) -> int:
    """Of several processes' failures the one that explains the others weighs most."""
    if is_out_of_memory(error):
        return 2
    return int(isinstance(error, BoletimError | FloatingPointError | OSError))
