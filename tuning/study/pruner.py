"""Which trials stop before their end."""

from typing import Any

from optuna.pruners import BasePruner, MedianPruner, NopPruner
from optuna.study import StudyDirection
from optuna.trial import TrialState

from boletim.contracts.configuration import TuningConfig
from boletim.tuning.study.trial_attributes import PLACE

_REDUCTION = 3


def make_pruner(config: TuningConfig) -> BasePruner:
    """The configured pruner, stepping by evaluations."""
    epochs = config.search.epochs
    most_epochs = int(epochs[-1] if isinstance(epochs, tuple) else epochs)
    match config.pruner:
        case "hyperband":
            return Hyperband(most_epochs * config.evaluations_per_epoch)
        case "median":
            return MedianPruner(n_startup_trials=4, n_warmup_steps=config.evaluations_per_epoch)
        case _:
            return NopPruner()


class Hyperband(BasePruner):  # type: ignore[misc]
    """Hyperband's brackets of asynchronous successive halving.

    At its rungs (evaluations 1, 3, 9… for the first bracket, 3, 9… for the second) a trial goes on if its best value so
    far is in the best third of what its bracket's trials had at that rung; of fewer than three, all go on.

    Optuna's own `HyperbandPruner` takes the bracket from the trial's number, which a restart moves, and lets TPE learn
    from one bracket at a time, so that a search of twenty trials never leaves random sampling; this one goes by place
    and hides nothing from the sampler.

    References:
        Li et al. (2018), Hyperband, JMLR 18:185; Li et al. (2020), A System for Massively Parallel Hyperparameter
        Tuning, algorithm 2.
    """

    def __init__(self, n_evaluations: int) -> None:
        """Plan the brackets.

        Args:
            n_evaluations: Of the longest trial.
        """
        n_brackets = 1
        while _REDUCTION**n_brackets <= n_evaluations:
            n_brackets += 1
        self._cycle = _bracket_cycle(n_brackets)

    def prune(self, study: Any, trial: Any) -> bool:
        """Whether the trial stops after the evaluation it reported last."""
        step = trial.last_step
        bracket = self._bracket(trial)
        if bracket is None or step not in _rungs(bracket, step or 0):
            return False
        sign = 1 if study.direction == StudyDirection.MAXIMIZE else -1
        rivals = [
            _best_until(other, step, sign)
            for other in study.get_trials(deepcopy=False)
            if other.number != trial.number
            and other.state != TrialState.FAIL
            and self._bracket(other) == bracket
            and step in other.intermediate_values
        ]
        n_going_on = (len(rivals) + 1) // _REDUCTION
        own = _best_until(trial, step, sign)
        return n_going_on > 0 and sum(rival > own for rival in rivals) >= n_going_on

    def _bracket(self, trial: Any) -> int | None:
        place = trial.user_attrs.get(PLACE)
        return None if place is None else self._cycle[int(place) % len(self._cycle)]


def _bracket_cycle(n_brackets: int) -> list[int]:
    """The brackets of a run of trials, spread evenly, so that each bracket gets about the same training time."""
    shares = []
    for bracket in range(n_brackets):
        n_rungs = n_brackets - bracket
        shares.append(-(-n_brackets * _REDUCTION ** (n_rungs - 1) // n_rungs))
    turns = [((turn + 0.5) / share, bracket) for bracket, share in enumerate(shares) for turn in range(share)]
    return [bracket for _, bracket in sorted(turns)]


def _rungs(bracket: int, until: int) -> set[int]:
    rungs, step = set(), _REDUCTION**bracket
    while step <= until:
        rungs.add(step)
        step *= _REDUCTION
    return rungs


def _best_until(trial: Any, step: int, sign: int) -> float:
    return max(sign * float(value) for at, value in trial.intermediate_values.items() if at <= step)
