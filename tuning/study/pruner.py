"""Which trials stop before their end."""

from typing import Any

from optuna.pruners import BasePruner, MedianPruner, NopPruner
from optuna.study import StudyDirection
from optuna.trial import TrialState

from boletim.contracts.configuration import TuningConfig
from boletim.tuning.study.trial_attributes import LOSSES, PARAMS

RECORDED_AS = {"hyperband": "halving"}
"""What a search is said to have pruned by: searches of before had Hyperband's several brackets, by the objective."""
_REDUCTION, _STEP = 3, 2


def make_pruner(config: TuningConfig) -> BasePruner:
    """The configured pruner, stepping by evaluations."""
    match config.pruner:
        case "hyperband":
            return Halving(config.evaluations_per_epoch)
        case "median":
            return MedianPruner(n_startup_trials=4, n_warmup_steps=config.evaluations_per_epoch)
        case _:
            return NopPruner()


class Halving(BasePruner):  # type: ignore[misc]
    """Hyperband's first bracket alone, by the validation loss, which tells who learns long before the objective does.

    At its rungs, evaluations 1, 2, 4, 8… of the first half of its training, a trial goes on if its lowest loss so far
    is in the best third of what trials had there; of the first few the best alone goes on. Whoever leads there by the
    objective goes on in any case: losses do not always order as it does. In the second half little is left to save.

    Before a few hundred texts are seen, a macro F1 is that of chance or of the most frequent class: by it a good trial
    falls behind hopeless ones.

    References:
        Li et al. (2020), A System for Massively Parallel Hyperparameter Tuning, algorithm 2, which has rungs 1, 3, 9…
        and one value to rank by.
    """

    def __init__(self, evaluations_per_epoch: int) -> None:
        """Judge trials that are evaluated that often."""
        self._per_epoch = evaluations_per_epoch

    def prune(self, study: Any, trial: Any) -> bool:
        """Whether the trial stops after the evaluation it reported last."""
        step = trial.last_step or 0
        if step not in self._rungs(trial):
            return False
        rivals = [
            other
            for other in study.get_trials(deepcopy=False)
            if other.number != trial.number
            and other.state != TrialState.FAIL
            and step in other.intermediate_values
            and _has_losses(other, step)
        ]
        sign = 1 if study.direction == StudyDirection.MAXIMIZE else -1
        own = _best_until(trial, step, sign)
        if all(_best_until(rival, step, sign) < own for rival in rivals):
            return False
        n_going_on = max(1, (len(rivals) + 1) // _REDUCTION)
        return sum(_loss_until(rival, step) < _loss_until(trial, step) for rival in rivals) >= n_going_on

    def _rungs(self, trial: Any) -> set[int]:
        n_evaluations = int(trial.user_attrs[PARAMS]["epochs"]) * self._per_epoch
        rungs, step = set(), 1
        while step <= n_evaluations / 2:
            rungs.add(step)
            step *= _STEP
        return rungs


def _has_losses(trial: Any, step: int) -> bool:
    """A study of before losses were noted has none."""
    return len(trial.user_attrs.get(LOSSES, ())) >= step


def _loss_until(trial: Any, step: int) -> float:
    return min(float(loss) for loss in trial.user_attrs[LOSSES][:step])


def _best_until(trial: Any, step: int, sign: int) -> float:
    return max(sign * float(value) for at, value in trial.intermediate_values.items() if at <= step)
