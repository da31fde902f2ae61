"""Trainings with other seeds, a folder per setting: how each went, what it said of the validation data, weights."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boletim.contracts.files.atomic import write_json
from boletim.contracts.results.search import CurvePoint, TrialRecord
from boletim.tuning.training.best_model import save_logits, strip_checkpoint
from boletim.tuning.winner.parts import Refit


@dataclass(frozen=True)
class Run:
    """How one training went."""

    seed: int
    value: float
    """Of the objective, on validation."""
    n_parameters: int
    best_step: int
    stopped_early: bool
    points: tuple[CurvePoint, ...]
    logits: np.ndarray
    """(n_validation, n_labels) float32."""


def run_file(own: Path, seed: int) -> Path:
    """What is written last of a training: where it is, the training is whole."""
    return own / f"{seed}.json"


def weights_folder(own: Path, seed: int) -> Path:
    """Where a training's weights lie, if they are kept."""
    return own / f"model-{seed}"


def keep_weights(own: Path, refit: Refit) -> None:
    """Copy a training's weights, whole or not at all."""
    part = own / ".model.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(refit.model, part)
    strip_checkpoint(part)
    shutil.rmtree(weights_folder(own, refit.part.seed), ignore_errors=True)
    part.rename(weights_folder(own, refit.part.seed))


def keep_run(own: Path, refit: Refit) -> None:
    """Write down how a training went."""
    seed = refit.part.seed
    save_logits(own / f"{seed}.npy", refit.outcome.validation_logits)
    content = {
        "seed": seed,
        "value": refit.outcome.best_value,
        "n_parameters": refit.n_parameters,
        "best_step": refit.outcome.best_step,
        "stopped_early": refit.outcome.stopped_early,
        "points": [point.model_dump(mode="json") for point in refit.points],
    }
    write_json(run_file(own, seed), content)


def read_run(path: Path) -> Run:
    """What `keep_run` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    points = tuple(CurvePoint.model_validate(point) for point in content.pop("points"))
    return Run(**content, points=points, logits=np.load(path.with_suffix(".npy"), allow_pickle=False))


def as_trained(trial: TrialRecord, run: Run) -> TrialRecord:
    """The trial with the score and the curve of the training whose weights are published."""
    curve = trial.curve
    if curve is not None:
        changes = {"points": run.points, "best_step": run.best_step, "stopped_early": run.stopped_early}
        curve = curve.model_copy(update=changes)
    return trial.model_copy(update={"objective": run.value, "curve": curve})
