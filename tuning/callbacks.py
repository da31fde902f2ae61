"""What happens at each evaluation of a trial: a point of the curve, a report to the pruner, a line for the user."""

import math
from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback

from boletim.contracts.protocols import Progress
from boletim.contracts.search import CurvePoint

VALIDATION, TRAIN = "validation", "train"
"""Names of the evaluation sets; the Trainer puts them before each metric's name."""


class CurveCallback(TrainerCallback):  # type: ignore[misc]
    """Gather both sides of each evaluation into one point and hand it on; stop when told to."""

    def __init__(self, metric_names: frozenset[str], on_point: Callable[[CurvePoint], bool]) -> None:
        """Gather these metrics.

        Args:
            metric_names: What `compute_metrics` may return.
            on_point: Given each point; True ends the training here.
        """
        self._metric_names = metric_names
        self._on_point = on_point
        self._sides: dict[str, dict[str, float]] = {}

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **kwargs: Any) -> None:
        """Called once for each evaluation set."""
        side = VALIDATION if f"eval_{VALIDATION}_loss" in metrics else TRAIN
        self._sides[side] = metrics
        if len(self._sides) < 2:
            return
        point = self._point(state)
        self._sides = {}
        if point.validation_loss is None or not math.isfinite(point.validation_loss):
            raise FloatingPointError(f"the loss is no longer finite at step {point.step}; lower the learning rate")
        if self._on_point(point):
            control.should_training_stop = True

    def _point(self, state: Any) -> CurvePoint:
        values = {
            side: {
                name: float(metrics[f"eval_{side}_{name}"])
                for name in sorted(self._metric_names)
                if f"eval_{side}_{name}" in metrics
            }
            for side, metrics in self._sides.items()
        }
        return CurvePoint(
            step=state.global_step,
            epoch=round(float(state.epoch), 4),
            train_loss=float(self._sides[TRAIN][f"eval_{TRAIN}_loss"]),
            validation_loss=float(self._sides[VALIDATION][f"eval_{VALIDATION}_loss"]),
            train_metrics=values[TRAIN],
            validation_metrics=values[VALIDATION],
        )


class StepCallback(TrainerCallback):  # type: ignore[misc]
    """Tell how far the training is."""

    def __init__(self, what: str, progress: Progress) -> None:
        """Report under this name."""
        self._what = what
        self._progress = progress

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Called after each optimiser step."""
        self._progress(self._what, state.global_step, state.max_steps)
