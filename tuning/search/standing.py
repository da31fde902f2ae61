"""How the trials of a study stand to each other: which nothing beats, which is the best, which way is up.

Only trials that keep the constraints as well as any other compete. Of equal trials the first is on the front.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from boletim.contracts.results.search import TrialState as State
from boletim.tuning.study.trial_attributes import PLACE, violation

STATES: dict[TrialState, State] = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
}


def losses(study: optuna.Study, values: Sequence[float]) -> tuple[float, ...]:
    """A trial's objectives, all of them to be small."""
    return tuple(-v if d == StudyDirection.MAXIMIZE else v for v, d in zip(values, study.directions, strict=True))


def front_trials(study: optuna.Study) -> list[FrozenTrial]:
    """The trials that nothing beats, by place; with one objective the best alone, none where none is complete."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if not complete:
        return []
    least = min(violation(trial.user_attrs) for trial in complete)
    rivals = [(losses(study, t.values), t) for t in complete if violation(t.user_attrs) == least]
    kept = [
        trial
        for own, trial in rivals
        if not any(_beats(other, rival.user_attrs[PLACE], own, trial.user_attrs[PLACE]) for other, rival in rivals)
    ]
    return sorted(kept, key=lambda trial: int(trial.user_attrs[PLACE]))


def kept_places(study: optuna.Study) -> set[int]:
    """The places whose weights are kept: those on the front."""
    return {int(trial.user_attrs[PLACE]) for trial in front_trials(study)}


def would_be_kept(study: optuna.Study, values: Sequence[float], attributes: Mapping[str, Any]) -> bool:
    """Whether a trial that ends now with these objectives is on the front."""
    excess, own, place = violation(attributes), losses(study, values), attributes[PLACE]
    for trial in front_trials(study):
        other = violation(trial.user_attrs)
        if other < excess:
            return False
        if other == excess and _beats(losses(study, trial.values), trial.user_attrs[PLACE], own, place):
            return False
    return True


def _beats(first: tuple[float, ...], first_place: int, second: tuple[float, ...], second_place: int) -> bool:
    """Whether the first is as good in everything, and better in something or as good and earlier."""
    if first == second:
        return first_place < second_place
    return all(a <= b for a, b in zip(first, second, strict=True))


def best_trial(study: optuna.Study) -> FrozenTrial | None:
    """The first of the complete trials with the best objective among those that keep the constraints.

    Where none keeps them it is the one that violates them least; None when no trial is complete.
    """
    front = front_trials(study)
    return min(front, key=lambda trial: (losses(study, trial.values), trial.user_attrs[PLACE]), default=None)


def best_number(study: optuna.Study) -> int | None:
    """The best trial's place."""
    best = best_trial(study)
    return None if best is None else int(best.user_attrs[PLACE])


def best_value(study: optuna.Study) -> float | None:
    """The best trial's objective."""
    best = best_trial(study)
    return None if best is None else float(best.values[0])


def sign_of(study: optuna.Study) -> int:
    """1 where a higher objective is better, else -1."""
    return 1 if study.directions[0] == StudyDirection.MAXIMIZE else -1
