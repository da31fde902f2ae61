"""What happens at each evaluation of a trial: a point of the curve, a report to the pruner, a line for the user."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import EarlyStoppingCallback, TrainerCallback

from boletim.contracts.meaning import Reason
from boletim.contracts.protocols import Progress
from boletim.contracts.results.search import CurvePoint
from boletim.tuning.task import Task
from boletim.tuning.training.checkpoint import LOGITS, seal_checkpoint
from boletim.tuning.training.ranks import is_first, wait_for_all
from boletim.tuning.training.stop import StopFlag

VALIDATION, TRAIN = "validation", "train"
"""Names of the evaluation sets; the Trainer puts them before each metric's name."""


class Lagging(Exception):  # noqa: N818 - nothing went wrong
    """The training was told to end at this evaluation, which alone is left to do with it."""

    def __init__(self, point: CurvePoint) -> None:
        super().__init__()
        self.point = point


class CurveCallback(TrainerCallback):  # type: ignore[misc]
    """Hand on each evaluation, of the validation split and then with the training sample; end when told to.

    A training that is told to end does so before anything else is measured or saved.
    """

    def __init__(self, metric_names: frozenset[str], on_point: Callable[[CurvePoint], bool]) -> None:
        """Gather these metrics.

        Args:
            metric_names: What `compute_metrics` may return.
            on_point: Given each point without the training sample, where True ends the training, and then whole.
        """
        self._metric_names = metric_names
        self._on_point = on_point
        self._validated: CurvePoint | None = None

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **kwargs: Any) -> None:
        """Called once for each evaluation set, the validation split first."""
        if f"eval_{VALIDATION}_loss" in metrics:
            self._validated = CurvePoint(
                step=state.global_step,
                epoch=round(float(state.epoch), 4),
                validation_loss=log_loss_of(metrics, VALIDATION),
                validation_metrics=self._values(metrics, VALIDATION),
            )
            if not math.isfinite(self._validated.validation_loss or 0.0):
                raise FloatingPointError(Reason.of("loss_not_finite_at", step=state.global_step))
            if self._on_point(self._validated):
                raise Lagging(self._validated)
        elif self._validated is not None:
            whole = {"train_loss": log_loss_of(metrics, TRAIN), "train_metrics": self._values(metrics, TRAIN)}
            self._on_point(self._validated.model_copy(update=whole))

    def _values(self, metrics: dict[str, float], side: str) -> dict[str, float]:
        names = (name for name in sorted(self._metric_names) if f"eval_{side}_{name}" in metrics)
        return {name: float(metrics[f"eval_{side}_{name}"]) for name in names}


def log_loss_of(metrics: dict[str, float], side: str) -> float:
    """The plain log loss: the Trainer's own figure is smoothed where the training's loss is."""
    return float(metrics.get(f"eval_{side}_log_loss", metrics[f"eval_{side}_loss"]))


class LogitsCallback(TrainerCallback):  # type: ignore[misc]
    """Write the validation set's logits beside the weights that gave them.

    It comes before the callback that seals a checkpoint, and wraps the metrics, since the Trainer hands predictions to
    nobody else.
    """

    def __init__(self, task: Task, evaluated: Callable[[], Any]) -> None:
        """Wrap the metrics of a task.

        Args:
            task: Whose rows are texts, or parts of them.
            evaluated: Gives the rows that are being evaluated.
        """
        self._task = task
        self._evaluated = evaluated
        self._latest: Any = None
        self._validation: tuple[int, Any] = (-1, None)

    def compute_metrics(self, prediction: Any) -> dict[str, float]:
        """The metrics, while the predictions are remembered."""
        task = self._task
        if task.per_text is None:
            self._latest = prediction.predictions
            return task.compute_metrics(prediction)
        self._latest = task.per_text(prediction.predictions, prediction.label_ids, self._evaluated())
        return {metric: task.score(metric, self._latest, self._latest) for metric in task.metrics}

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **kwargs: Any) -> None:
        """Called once for each evaluation set, right after its metrics."""
        if f"eval_{VALIDATION}_loss" in metrics:
            self._validation = (state.global_step, self._latest)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Called when a checkpoint is written; one that a stop asked for was not evaluated."""
        step, logits = self._validation
        if step == state.global_step and is_first():
            logits = logits[0] if isinstance(logits, tuple) else logits
            np.save(Path(args.output_dir) / f"checkpoint-{step}" / LOGITS, np.asarray(logits, dtype=np.float32))


class LossCallback(TrainerCallback):  # type: ignore[misc]
    """End a training whose loss is no longer a number, without waiting for the next evaluation."""

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any) -> None:
        """Called with the mean loss of the last steps."""
        if not math.isfinite(logs.get("loss", 0.0)):
            raise FloatingPointError(Reason.of("loss_not_finite_at", step=state.global_step))


class OrderCallback(TrainerCallback):  # type: ignore[misc]
    """Draw each epoch's order of examples from the seed and the epoch alone.

    The Trainer draws it from the global generator, whose state at the beginning of the epoch a checkpoint from the
    middle of it does not hold: a training that goes on from there would see other batches.
    """

    def __init__(self, seed: int) -> None:
        """Use this seed."""
        self._seed = seed

    def on_epoch_begin(self, args: Any, state: Any, control: Any, train_dataloader: Any, **kwargs: Any) -> None:
        """Called before the epoch's batches are drawn."""
        batches = train_dataloader.batch_sampler
        sampler = getattr(batches, "batch_sampler", batches).sampler
        sampler.generator = torch.Generator().manual_seed(self._seed * 1_000_003 + int(state.epoch or 0))


class AlreadyStopped(Exception):  # noqa: N818 - nothing went wrong
    """The training had stopped early at the checkpoint that it goes on from."""


class PatienceCallback(EarlyStoppingCallback):  # type: ignore[misc]
    """Early stopping, of a training too that was killed between its last evaluation and its end.

    The Trainer restores the counter and forgets what it had decided: such a training would go on.
    """

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Called when the checkpoint's state has been read."""
        if self.early_stopping_patience_counter >= self.early_stopping_patience:
            raise AlreadyStopped


class StepCallback(TrainerCallback):  # type: ignore[misc]
    """Tell how far the training is, save where it is when asked to stop, and seal what was saved."""

    def __init__(
        self, what: str, progress: Progress, stop: StopFlag, owner: dict[str, Any], after_save: Callable[[Path], None]
    ) -> None:
        """Report under this name; seal as this owner's."""
        self._what = what
        self._progress = progress
        self._stop = stop
        self._owner = owner
        self._after_save = after_save

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Called after each optimiser step, before an evaluation that is due at it."""
        self._progress(self._what, state.global_step, state.max_steps)
        if self._stop.is_set and not control.should_evaluate:
            control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Called when a checkpoint is written."""
        best = Path(state.best_model_checkpoint) if state.best_model_checkpoint else None
        wait_for_all()  # each process has written its generators' state
        if is_first():
            checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            seal_checkpoint(checkpoint, self._owner, best)
            self._after_save(checkpoint)
        wait_for_all()
        self._stop.check()
