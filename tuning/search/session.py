"""What the trials of a search share, and what each evaluation of a trial sets off."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import optuna

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.protocols import Progress
from boletim.contracts.results.search import CurvePoint, SearchStatus
from boletim.tuning.search.constraints import Judge
from boletim.tuning.search.result import best_value
from boletim.tuning.search.status import show_nothing, status_of
from boletim.tuning.study.trial_attributes import SECONDS
from boletim.tuning.task import Task
from boletim.tuning.training.best_model import trial_folder
from boletim.tuning.training.distributed import Train
from boletim.tuning.training.history import append_point
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import run_trial

_SAMPLE_AT_LEAST, _SAMPLE_AT_MOST = 100, 1_000


@dataclass(frozen=True)
class Bench:
    """What stays the same from trial to trial."""

    config: RunConfig
    data: TuningData
    folder: Path
    task: Task
    study: optuna.Study
    token: str
    """Marks what this study made."""
    worker: str
    """Who fills the places here."""
    candidates: dict[int, Any]
    """Opened candidates by their position in the configuration."""
    excluded: dict[int, str]
    """Why the others cannot be loaded."""
    progress: Progress
    say: Callable[[str], None]
    stop: StopFlag
    show: Callable[[SearchStatus], None] = show_nothing
    """Given how the search stands, at each trial's start, evaluations and end."""
    train: Train = run_trial
    """Trains a trial, here or in several processes."""
    store: Any = None
    """Where the best model is handed over to other workers; None where the study is this folder's alone."""
    judge: Judge | None = None
    """Measures a model on the validation data for constraints and a second objective; None without both."""
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

    def exclude(self, candidate: int, reason: str) -> None:
        """Try this candidate no more."""
        self.candidates.pop(candidate, None)
        self.splits.pop(candidate, None)
        self.excluded[candidate] = reason


class Evaluations:
    """Called with each evaluation of one trial: writes it down, reports it, and says whether to stop."""

    def __init__(self, bench: Bench, trial: optuna.Trial, place: int, name: str) -> None:
        self._bench, self._trial, self._place, self._name = bench, trial, place, name
        self._begun = monotonic()
        self._n = self._n_reported = 0
        self.is_pruned = False
        self.last: CurvePoint | None = None

    def go_on_from(self, points: tuple[CurvePoint, ...]) -> None:
        """Begin after these evaluations, which an earlier attempt made.

        The pruner is asked about the last of them again: the attempt may have ended before its answer was written down.
        """
        self._n = len(points)
        for step, point in enumerate(points[self._n_reported :], start=self._n_reported + 1):
            self._report(self._value(point), step)
        self._n_reported = max(self._n, self._n_reported)
        if points:
            self.last = points[-1]
            self.is_pruned = self._ask_pruner()

    def __call__(self, point: CurvePoint) -> bool:
        """True when the pruner stops the trial here."""
        value = self._value(point)
        self._n += 1
        self.last = point
        append_point(trial_folder(self._bench.folder, self._place), point)
        if self._n > self._n_reported:  # Optuna keeps the first value of a step
            self._report(value, self._n)
            self._n_reported = self._n
        self.note_seconds()
        best = best_value(self._bench.study)
        known = f" (best {best:.3f})" if best is not None else ""
        objective = self._bench.config.tuning.objective
        self._bench.say(f"{self._name} epoch {point.epoch:.1f} {objective} {value:.3f}{known}")
        self._bench.show(status_of(self._bench.study, self._bench.config))
        self.is_pruned = self._ask_pruner()
        return self.is_pruned

    def _ask_pruner(self) -> bool:
        """Optuna asks about the last report alone, so an evaluation that is made again is not asked about again."""
        is_last = self._n == self._n_reported
        return is_last and not self._has_two_objectives and bool(self._trial.should_prune())

    @property
    def _has_two_objectives(self) -> bool:
        """Then no trial is pruned: one that is behind in the first objective may be ahead in the second."""
        return bool(self._bench.config.tuning.objectives)

    def _report(self, value: float, step: int) -> None:
        if self._has_two_objectives:  # Optuna's own way of reporting refuses a study of two
            self._bench.study._storage.set_trial_intermediate_value(self._trial._trial_id, step, value)
        else:
            self._trial.report(value, step=step)

    def note_seconds(self) -> float:
        """Write down how long the attempt has taken."""
        seconds = round(monotonic() - self._begun, 3)
        self._trial.set_user_attr(SECONDS, seconds)
        return seconds

    def _value(self, point: CurvePoint) -> float:
        return point.validation_metrics[self._bench.config.tuning.objective]
