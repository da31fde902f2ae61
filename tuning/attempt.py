"""One trial from settings to verdict: train it, report each evaluation, record how it ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import numpy as np
import optuna
from optuna.trial import TrialState

from boletim.contracts.config import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ModelError
from boletim.contracts.protocols import Progress
from boletim.contracts.search import CurvePoint
from tuning.best_model import checkpoints_folder, drop_weights, keep_checkpoint, trial_folder
from tuning.history import append_point
from tuning.result import best_number, best_value
from tuning.space import Settings
from tuning.study import BEST_STEP, CANDIDATE, CANDIDATE_INDEX, PARAMS, REASON, SECONDS, STOPPED_EARLY, n_counted
from tuning.trial import TrialOutcome, TrialPlan, free_memory, run_trial

_SAMPLE_AT_LEAST, _SAMPLE_AT_MOST = 256, 1_000


@dataclass(frozen=True)
class Bench:
    """What stays the same from trial to trial."""

    config: RunConfig
    data: TuningData
    folder: Path
    task: ModuleType
    study: optuna.Study
    candidates: dict[int, Any]
    """Opened candidates by their position in the configuration."""
    excluded: dict[int, str]
    """Why the others cannot be loaded."""
    progress: Progress
    say: Callable[[str], None]
    splits: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Token ids by candidate, made when first needed and kept for the search."""

    def splits_of(self, candidate: int) -> dict[str, Any]:
        """The candidate's token ids."""
        if candidate not in self.splits:
            n_train, n_validation = len(self.data.train), len(self.data.validation)
            n_sample = min(n_train, max(_SAMPLE_AT_LEAST, n_validation), _SAMPLE_AT_MOST)
            rows = np.random.default_rng(self.config.seed).permutation(n_train)[:n_sample]
            self.splits[candidate] = self.task.tokenise(
                self.candidates[candidate], self.data, np.sort(rows), self.progress
            )
        return self.splits[candidate]


class Evaluations:
    """Called with each evaluation of one trial: writes it down, reports it, and says whether to stop."""

    def __init__(self, bench: Bench, trial: optuna.Trial, name: str) -> None:
        self._bench, self._trial, self._name = bench, trial, name
        self._begun = monotonic()
        self._n = 0
        self.is_pruned = False
        self.last: CurvePoint | None = None

    def __call__(self, point: CurvePoint) -> bool:
        """True when the pruner stops the trial here."""
        objective = self._bench.config.tuning.objective
        value = point.validation_metrics[objective]
        self._n += 1
        self.last = point
        append_point(trial_folder(self._bench.folder, self._trial.number), point)
        self._trial.report(value, step=self._n)
        self.note_seconds()
        best = best_value(self._bench.study)
        known = f" (best {best:.3f})" if best is not None else ""
        self._bench.say(f"{self._name} epoch {point.epoch:.1f} {objective} {value:.3f}{known}")
        self.is_pruned = bool(self._trial.should_prune())
        return self.is_pruned

    def note_seconds(self) -> float:
        """Write down how long the trial has taken."""
        seconds = round(monotonic() - self._begun, 3)
        self._trial.set_user_attr(SECONDS, seconds)
        return seconds


def attempt_trial(bench: Bench, trial: optuna.Trial, settings: Settings) -> None:
    """Run one trial to its end and record it: complete, pruned, or failed with its reason.

    Raises:
        RunFolderError: The folder cannot be written.
    """
    candidate = bench.config.candidates[settings.candidate]
    trial.set_user_attr(CANDIDATE, candidate.model)
    trial.set_user_attr(CANDIDATE_INDEX, settings.candidate)
    trial.set_user_attr(PARAMS, settings.params())
    name = (
        f"trial {n_counted(bench.study)}/{bench.config.tuning.trials} {Path(candidate.model).name} "
        f"lr {settings.learning_rate:.1e}"
    )
    bench.say(
        f"{name} starts: batch {settings.batch_size}, {settings.epochs} epochs, "
        f"weight decay {settings.weight_decay:.3g}, warm-up {settings.warmup_ratio:.2f}"
    )
    evaluations = Evaluations(bench, trial, name)
    outcome = _train(bench, trial, settings, evaluations)
    free_memory()  # after the exception, if any, has let go of the model
    seconds = evaluations.note_seconds()
    ending = _record(bench, trial, evaluations, outcome)
    drop_weights(bench.folder, keep=best_number(bench.study))
    bench.say(f"{name} {ending} in {seconds:.0f} s")


def _train(bench: Bench, trial: optuna.Trial, settings: Settings, evaluations: Evaluations) -> TrialOutcome | str:
    """The outcome, or in one line why it failed."""
    try:
        if settings.candidate in bench.excluded:
            raise ModelError(bench.excluded[settings.candidate])
        plan = TrialPlan(
            task=bench.task,
            candidate=bench.candidates[settings.candidate],
            splits=bench.splits_of(settings.candidate),
            settings=settings,
            tuning=bench.config.tuning,
            seed=bench.config.seed,
            checkpoints=checkpoints_folder(bench.folder, trial.number),
        )
        return run_trial(plan, f"steps of trial {trial.number}", evaluations, bench.progress)
    except ModelError as error:
        return str(error)
    except BoletimError:
        raise
    except Exception as error:
        lines = str(error).strip().splitlines()
        return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _record(bench: Bench, trial: optuna.Trial, evaluations: Evaluations, outcome: TrialOutcome | str) -> str:
    """Tell the study, keep the weights of a new best, and say how the trial ended."""
    objective = bench.config.tuning.objective
    if isinstance(outcome, str):
        trial.set_user_attr(REASON, outcome)
        bench.study.tell(trial, state=TrialState.FAIL)
        return f"failed: {outcome}"
    trial.set_user_attr(BEST_STEP, outcome.best_step)
    if evaluations.is_pruned and evaluations.last is not None:
        at = f"epoch {evaluations.last.epoch:.1f}, best {objective} {outcome.best_value:.3f} until then"
        trial.set_user_attr(REASON, f"pruned at {at}")
        bench.study.tell(trial, state=TrialState.PRUNED)
        return f"pruned at {at}"
    trial.set_user_attr(STOPPED_EARLY, outcome.stopped_early)
    best = best_value(bench.study)
    sign = 1 if bench.task.METRICS[objective] else -1
    if best is None or sign * outcome.best_value > sign * best:
        keep_checkpoint(bench.folder, trial.number, outcome.best_checkpoint)
    bench.study.tell(trial, outcome.best_value)
    return f"complete: {objective} {outcome.best_value:.3f} (best {best_value(bench.study):.3f})"
