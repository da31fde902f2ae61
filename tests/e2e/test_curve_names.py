"""Trainings of seconds, made to fit, to underfit and to overfit, are called by their names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.protocols import no_progress
from boletim.contracts.results.search import CurvePoint, LearningCurve
from boletim.models.quiet import quiet_transformers
from boletim.tuning.tasks.text_classification import TASK as task
from boletim.tuning.training.plan import TrialPlan
from boletim.tuning.training.space import Settings
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import run_trial

Train = Callable[..., LearningCurve]


@pytest.fixture
def train(make_run_config: Callable[..., RunConfig], tmp_path: Path) -> Train:
    def make(data: TuningData, learning_rate: float, epochs: int, seed: int, **tuning: Any) -> LearningCurve:
        config = make_run_config(early_stopping={"patience": 100}, **tuning)
        candidate = task.open_candidate(config.candidates[0], data.labels)
        plan = TrialPlan(
            task=task,
            candidate=candidate,
            splits=task.tokenise(candidate, data, np.arange(len(data.train))),
            settings=Settings(0, learning_rate, 16, epochs, 0.0, 0.1),
            tuning=config.tuning,
            seed=seed,
            checkpoints=tmp_path / "checkpoints",
        )
        told: list[CurvePoint] = []
        with quiet_transformers():
            outcome = run_trial(plan, "steps", lambda point: bool(told.append(point)), no_progress, StopFlag())
        points = [point for point in told if point.is_whole]
        return LearningCurve(
            metric=config.tuning.objective,
            points=tuple(points),
            best_step=outcome.best_step,
            stopped_early=outcome.stopped_early,
        )

    return make


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("name", "n", "noise", "learning_rate", "epochs"),
    [
        ("good fit", 400, 0.0, 4e-3, 4),
        ("underfitting", 120, 0.0, 1e-6, 4),  # at this rate nothing moves
        ("overfitting", 30, 0.3, 1e-2, 25),  # three labels in ten say nothing: they can only be learnt by heart
    ],
)
def test_a_training_is_called_by_its_name(
    train: Train,
    make_tuning_data: Callable[..., TuningData],
    name: str,
    n: int,
    noise: float,
    learning_rate: float,
    epochs: int,
    seed: int,
) -> None:
    curve = train(make_tuning_data(n, 90, noise), learning_rate, epochs, seed)
    found = diagnose(curve)
    assert found.diagnosis == name, (found.key, [(p.train_loss, p.validation_loss) for p in curve.points])
    kept = next(point for point in curve.points if point.step == curve.best_step)
    assert (found.kept_step, found.kept_validation_loss) == (kept.step, kept.validation_loss)


def test_of_equal_objectives_the_lower_validation_loss_is_kept(
    train: Train, make_tuning_data: Callable[..., TuningData]
) -> None:
    curve = train(make_tuning_data(400, 60), 1e-2, 4, 1, objective="accuracy")
    best = max(point.validation_metrics["accuracy"] for point in curve.points)
    tied = [point for point in curve.points if point.validation_metrics["accuracy"] == best]
    assert len(tied) > 1, "or this test proves nothing"
    assert curve.best_step == min(tied, key=lambda point: point.validation_loss or 0.0).step
    assert curve.best_step != tied[0].step, "or this test proves nothing"
