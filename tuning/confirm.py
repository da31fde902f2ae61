"""Train the best settings again with other seeds, and choose by the mean: one lucky seed does not make a winner.

What is within chance of the best mean is tied with it, and among ties the model with fewest parameters is chosen.
Chance is that of the validation examples, drawn again for all trainings at once, and that of the seeds, whose variance
is pooled over the settings and drawn too.

References:
    Bouthillier et al. (2021), Accounting for Variance in Machine Learning Benchmarks, MLSys; Dodge et al. (2020),
    Fine-Tuning Pretrained Language Models: Weight Initializations, Data Orders, and Early Stopping, arXiv:2002.06305.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np

from boletim.contracts.atomic import write_json, write_with
from boletim.contracts.config import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.registry import find_plugin
from boletim.contracts.search import Confirmation, CurvePoint, SearchResult, TrialRecord
from tuning.refit import Part, Refit, refit_parts
from tuning.winners_curse import N_DRAWS, Score

_FOLDER = "confirm"
_FIRST_SEED = 1_000
"""Added to the run's seed, away from the seeds of refits on parts of the data."""


@dataclass(frozen=True)
class Confirmed:
    """What the trainings with other seeds decided."""

    confirmations: tuple[Confirmation, ...]
    """The best mean first."""
    model: Path | None
    """Folder of the model to publish; None where the search's own best trial won, whose weights are published."""
    record: TrialRecord
    """Of the trial whose settings won, with that model's curve and score."""
    logits: np.ndarray | None
    """(n_validation, n_labels) of that model; None where it is the search's own."""
    values: tuple[float, ...]
    """The objective of the winning settings, one per seed."""


def confirm_winner(
    config: RunConfig,
    data: TuningData,
    search: SearchResult,
    folder: Path,
    say: Callable[[str], None],
    progress: Progress = no_progress,
) -> Confirmed:
    """Train the best trials' settings again, each with as many seeds as `tuning.confirm` says.

    Trainings that an earlier start finished are kept, and a torn one goes on from its checkpoint. One that fails is
    left out of its setting's mean; a setting without any is no longer a candidate.

    Args:
        config: The run's, with `tuning.confirm`.
        data: Train and validation splits.
        search: What the search found.
        folder: The run folder; `confirm/` in it holds what is kept.
        say: Given one line per training.
        progress: Told the optimiser steps done.

    Raises:
        BoletimError: All of them failed.
        StopRequest: The process was asked to stop.
    """
    wanted = config.tuning.confirm
    assert wanted is not None
    task, base = find_plugin("tuning.tasks", "task", config.task), folder / _FOLDER
    sign = 1 if search.higher_is_better else -1
    complete = [trial for trial in search.trials if trial.state == "complete" and trial.objective is not None]
    top = sorted(complete, key=lambda t: (_excess(t), -sign * (t.objective or 0.0), t.number))
    top = [trial for trial in top if _excess(trial) <= _excess(top[0])][: wanted.top]
    parts = [Part(1.0, config.seed + _FIRST_SEED + turn) for turn in range(wanted.seeds)]
    runs: dict[int, list[_Run]] = {}
    for trial in top:
        own = base / f"{trial.number:04d}"
        missing = [part for part in parts if not _name(own, part).exists()]
        if missing:
            keep = partial(_keep, own, parts[0], task, config.tuning.objective, trial.number == search.best_trial)
            refit_parts(config, data, trial, missing, own / "training", keep, say, progress)
        runs[trial.number] = [_read(_name(own, part)) for part in parts if _name(own, part).exists()]
    found = {trial.number: (trial, runs[trial.number]) for trial in top if runs[trial.number]}
    if not found:
        raise BoletimError(
            "a winner is confirmed by trainings with other seeds, all failed; mend the cause or drop tuning.confirm"
        )
    gold = task.gold_of(data.validation, data.labels)
    score = partial(task.score, config.tuning.objective)
    confirmations = _compare(list(found.values()), gold, score, sign, config.seed)
    chosen = min((c for c in confirmations if c.is_tied), key=lambda c: (c.n_parameters, -sign * c.mean)).trial
    if chosen != search.best_trial and not _name(base / f"{chosen:04d}", parts[0]).exists():
        chosen = search.best_trial if search.best_trial in found else chosen  # the weights that were kept are missing
    trial, own_runs = found[chosen]
    values = tuple(run.value for run in own_runs)
    if chosen == search.best_trial:
        return Confirmed(confirmations, None, trial, None, values)
    model = base / f"{chosen:04d}" / "model"
    return Confirmed(confirmations, model, _as_trained(trial, own_runs[0]), own_runs[0].logits, values)


@dataclass(frozen=True)
class _Run:
    value: float
    n_parameters: int
    best_step: int
    stopped_early: bool
    points: tuple[CurvePoint, ...]
    logits: np.ndarray


def _excess(trial: TrialRecord) -> float:
    """How far beyond the constraints; settings that violate them more than the best do not compete."""
    return sum(one.violation for one in trial.constraints)


def _name(own: Path, part: Part) -> Path:
    return own / f"{part.seed}.json"


def _keep(own: Path, first: Part, task: ModuleType, objective: str, is_own: bool, refit: Refit) -> None:
    """Write down how a training went; of the first seed the weights too, unless the search's own are published."""
    if refit.part == first and not is_own:
        shutil.rmtree(own / "model", ignore_errors=True)
        shutil.copytree(
            refit.model, own / "model", ignore=shutil.ignore_patterns("*.bin", "*.pt", "*.npy", "*.json.part")
        )
    logits = refit.outcome.validation_logits
    write_with(own / f"{refit.part.seed}.npy", partial(_save, logits))
    content = {
        "value": refit.outcome.best_value,
        "n_parameters": refit.n_parameters,
        "best_step": refit.outcome.best_step,
        "stopped_early": refit.outcome.stopped_early,
        "points": [point.model_dump(mode="json") for point in refit.points],
    }
    write_json(_name(own, refit.part), content)


def _save(logits: np.ndarray, path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, logits)


def _read(path: Path) -> _Run:
    content = json.loads(path.read_text(encoding="utf-8"))
    points = tuple(CurvePoint.model_validate(point) for point in content.pop("points"))
    return _Run(**content, points=points, logits=np.load(path.with_suffix(".npy"), allow_pickle=False))


def _compare(
    found: Sequence[tuple[TrialRecord, list[_Run]]], gold: np.ndarray, score: Score, sign: int, seed: int
) -> tuple[Confirmation, ...]:
    """The settings by their mean, and which of them chance alone may have put behind the best."""
    values = [np.array([run.value for run in runs]) for _, runs in found]
    means = np.array([one.mean() for one in values])
    order = np.argsort(-sign * means, kind="stable")
    best = int(order[0])
    drawn = _redrawn([runs for _, runs in found], gold, score, seed)
    degrees = sum(len(one) - 1 for one in values)
    if degrees:
        rng = np.random.default_rng([seed, 15_485_863])
        squares = sum(((one - one.mean()) ** 2).sum() for one in values)
        spread = np.sqrt(squares / rng.chisquare(degrees, size=(len(drawn), 1)))
        drawn = drawn + rng.normal(size=drawn.shape) * spread / np.sqrt([len(one) for one in values])
    behind = np.quantile(sign * (drawn[:, [best]] - drawn), 0.025, axis=0)
    return tuple(
        Confirmation(
            trial=found[i][0].number,
            candidate=found[i][0].candidate,
            n_parameters=found[i][1][0].n_parameters,
            values=tuple(float(value) for value in values[i]),
            mean=float(means[i]),
            is_tied=bool(i == best or not behind[i] > 0),
        )
        for i in order
    )


def _redrawn(runs: Sequence[Sequence[_Run]], gold: np.ndarray, score: Score, seed: int) -> np.ndarray:
    """(N_DRAWS, n_settings) means over seeds on redrawn validation examples, the same ones for all."""
    rng = np.random.default_rng([seed, 32_452_843])
    drawn = []
    for _ in range(N_DRAWS):
        rows = rng.integers(0, len(gold), len(gold))
        drawn.append([np.mean([score(run.logits[rows], gold[rows]) for run in own]) for own in runs])
    return np.array(drawn)


def _as_trained(trial: TrialRecord, run: _Run) -> TrialRecord:
    """The trial with the score and the curve of the training whose weights are published."""
    curve = trial.curve
    if curve is not None:
        changes = {"points": run.points, "best_step": run.best_step, "stopped_early": run.stopped_early}
        curve = curve.model_copy(update=changes)
    return trial.model_copy(update={"objective": run.value, "curve": curve})
