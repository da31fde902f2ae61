"""What each evaluation of a trial sets off."""

from time import monotonic

import optuna

from boletim.contracts.results.search import CurvePoint
from boletim.contracts.sentence import Sentence
from boletim.tuning.search.session import Session
from boletim.tuning.search.standing import best_value
from boletim.tuning.search.status import status_of
from boletim.tuning.study.trial_attributes import LOSSES, SECONDS
from boletim.tuning.training.best_model import trial_folder
from boletim.tuning.training.history import append_point


class Evaluations:
    """Called with each evaluation of one trial: writes it down, reports it, and says whether to stop."""

    def __init__(self, session: Session, trial: optuna.Trial, place: int, name: str) -> None:
        self._bench, self._trial, self._place, self._name = session, trial, place, name
        self._begun = monotonic()
        self._n = self._n_reported = 0
        self._losses: list[float | None] = []
        self.is_pruned = False
        self.last: CurvePoint | None = None

    def go_on_from(self, points: tuple[CurvePoint, ...]) -> None:
        """Begin after these evaluations, which an earlier attempt made.

        The pruner is asked about the last of them again: the attempt may have ended before its answer was written down.
        """
        self._n = len(points)
        for step, point in enumerate(points[self._n_reported :], start=self._n_reported + 1):
            self._report(point, step)
        self._n_reported = max(self._n, self._n_reported)
        if points:
            self.last = points[-1]
            self.is_pruned = self._ask_pruner()

    def __call__(self, point: CurvePoint) -> bool:
        """True when the pruner stops the trial here; whole, a point is only written down."""
        if point.is_whole:
            append_point(trial_folder(self._bench.folder, self._place), point)
            return False
        value = self._value(point)
        self._n += 1
        self.last = point
        if self._n > self._n_reported:  # Optuna keeps the first value of a step
            self._report(point, self._n)
            self._n_reported = self._n
        self.note_seconds()
        best = best_value(self._bench.study)
        told = {"name": self._name, "objective": self._bench.config.tuning.objective}
        figures = {"n_epoch": point.epoch, "n_value": value} | ({} if best is None else {"n_best": best})
        self._bench.say(Sentence(f"terminal.trial.epoch{'' if best is None else '_best'}", **told, **figures))
        self._bench.show(status_of(self._bench.study, self._bench.config))
        self.is_pruned = self._ask_pruner()
        if self.is_pruned:
            append_point(trial_folder(self._bench.folder, self._place), point)
        return self.is_pruned

    def _ask_pruner(self) -> bool:
        """Optuna asks about the last report alone, so an evaluation that is made again is not asked about again."""
        is_last = self._n == self._n_reported
        return is_last and not self._has_two_objectives and bool(self._trial.should_prune())

    @property
    def _has_two_objectives(self) -> bool:
        """Then no trial is pruned: one that is behind in the first objective may be ahead in the second."""
        return bool(self._bench.config.tuning.objectives)

    def _report(self, point: CurvePoint, step: int) -> None:
        self._losses.append(point.validation_loss)
        self._trial.set_user_attr(LOSSES, self._losses)
        value = self._value(point)
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
