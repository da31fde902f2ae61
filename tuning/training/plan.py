"""What a training needs, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from boletim.contracts.configuration import TuningConfig
from boletim.tuning.task import Task
from boletim.tuning.training.space import Settings


def _nothing_more(checkpoint: Path) -> None:
    """Where a checkpoint lies where it is to stay."""


@dataclass(frozen=True)
class TrialPlan:
    """All that decides how a trial goes."""

    task: Task
    candidate: Any
    """From the task's `open_candidate`."""
    splits: dict[str, Any]
    """From the task's `tokenise`."""
    settings: Settings
    tuning: TuningConfig
    seed: int
    checkpoints: Path
    """Folder for checkpoints; the caller removes it."""
    owner: dict[str, Any] = field(default_factory=dict)
    """What the checkpoints are sealed with, and what one must be sealed with to be gone on from."""
    name: str | None = None
    """How experiment trackers call the trial."""
    accumulation: int = 1
    """Parts that a batch is cut into to fit the memory; the gradient is that of the whole batch."""
    logs: Path | None = None
    """Where TensorBoard writes, where it is asked for."""
    after_save: Callable[[Path], None] = _nothing_more
    """Given each checkpoint when it is whole."""


@dataclass(frozen=True)
class TrialOutcome:
    """How a trial went that did not fail."""

    best_checkpoint: Path | None
    """Weights and tokenizer at the best evaluation; None where the training was told to end."""
    best_value: float
    """Of the objective, on validation."""
    best_step: int
    stopped_early: bool
    validation_logits: np.ndarray = field(compare=False)
    """(n_validation, n_labels) float32, of the kept weights, in the order of the validation split."""
    where: tuple[str, str] | None = None
    """The mark of the machine that it ran on, and the device."""

    @property
    def weights(self) -> Path:
        """The best checkpoint of a training that was not told to end."""
        assert self.best_checkpoint is not None
        return self.best_checkpoint
