"""The places of a search: trial 0, 1, 2…, each filled once, however often it was torn.

Optuna numbers every attempt; a place is what the user counts. An attempt that was torn by a kill or handed back leaves
its place free for the next attempt, with the same parameters. One driver asks and tells, so that a place that a kill
left queued twice is all there is to withdraw.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, TrialState

from boletim.contracts.meaning import Reason
from boletim.contracts.results.search import N_RANDOM
from boletim.tuning.study.trial_attributes import PARAMS, PLACE, REASON, SECONDS, STOPPED

WITHDRAWN = Reason.of("withdrawn").model_dump()
_MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Place:
    """What became of one place."""

    number: int
    attempts: tuple[FrozenTrial, ...]
    """In Optuna's order, without withdrawn ones; at least one."""

    @property
    def owner(self) -> FrozenTrial | None:
        """The attempt that waits, runs or ended here; None when all were interrupted."""
        return next((trial for trial in self.attempts if not is_interrupted(trial)), None)

    @property
    def seconds(self) -> float:
        """Time in all attempts; an interrupted one up to its last evaluation."""
        return float(sum(trial.user_attrs.get(SECONDS, 0.0) for trial in self.attempts))

    @property
    def n_torn(self) -> int:
        """Kills in a row without a new evaluation between."""
        n_torn = most = 0
        for trial in self.attempts:
            n_values = len(trial.intermediate_values)
            if n_values > most:
                n_torn, most = 0, n_values
            n_torn += is_interrupted(trial) and not trial.user_attrs.get(STOPPED, False)
        return n_torn


def is_interrupted(trial: FrozenTrial) -> bool:
    """Whether an attempt ended without a verdict: killed, or stopped on request."""
    return trial.state == TrialState.FAIL and not trial.user_attrs.get(REASON)


def places_of(study: optuna.Study) -> dict[int, Place]:
    """The study's places by number, in order."""
    attempts: dict[int, list[FrozenTrial]] = defaultdict(list)
    for trial in study.get_trials(deepcopy=False):
        place = trial.user_attrs.get(PLACE)
        if place is not None and trial.user_attrs.get(REASON) != WITHDRAWN:
            attempts[place].append(trial)
    return {number: Place(number, tuple(attempts[number])) for number in sorted(attempts)}


def n_begun(study: optuna.Study) -> int:
    """Places whose trial is running or ended."""
    owners = [place.owner for place in places_of(study).values()]
    return sum(owner is not None and owner.state != TrialState.WAITING for owner in owners)


def is_ended(place: Place) -> bool:
    """Whether the place has its verdict."""
    return place.owner is not None and place.owner.state.is_finished()


def is_running(place: Place) -> bool:
    """Whether someone works on it."""
    return place.owner is not None and place.owner.state == TrialState.RUNNING


def seconds_spent(study: optuna.Study) -> float:
    """Time in which at least one trial ran, over all restarts."""
    spans = []
    for place in places_of(study).values():
        for trial in place.attempts:
            if trial.datetime_start is not None:
                begun = trial.datetime_start.timestamp()
                spans.append((begun, begun + trial.user_attrs.get(SECONDS, 0.0)))
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def claim_trial(
    study: optuna.Study,
    seed: int,
    total: int,
    fixed: Mapping[int, dict[str, Any]],
    *,
    is_alone: bool = True,
    is_conditional: bool = False,
) -> optuna.Trial | None:
    """Take the first free place. A trial's random draws depend on the seed and its place alone.

    Args:
        study: Of this run.
        seed: The run's.
        total: Places there are.
        fixed: Parameters that a place tries first, such as the literature's at place 0.
        is_alone: Whether no other trial runs at the same time; else the sampler keeps away from what they try.
        is_conditional: Whether each candidate has parameters of its own; the sampler then models them apart.

    Returns:
        None when every place is taken.
    """
    while True:
        places = places_of(study)
        owners = {number: place.owner for number, place in places.items()}
        if not any(owner is not None and owner.state == TrialState.WAITING for owner in owners.values()):
            free = next((number for number in range(total) if owners.get(number) is None), None)
            if free is None:
                return None
            study.enqueue_trial(_first_params(places.get(free), fixed.get(free, {})), user_attrs={PLACE: free})
        trial = study.ask()
        number = trial.user_attrs.get(PLACE)
        place = places_of(study).get(number) if number is not None and number < total else None
        if place is None or place.owner is None or place.owner.number != trial.number:
            withdraw(study, trial)
            continue
        trial_seed = int(np.random.SeedSequence([seed, place.number]).generate_state(1)[0])
        study.sampler = _sampler(trial_seed, is_alone=is_alone, is_conditional=is_conditional)
        return trial


def _sampler(seed: int, *, is_alone: bool, is_conditional: bool) -> TPESampler:
    if not is_conditional:
        return TPESampler(seed=seed, n_startup_trials=N_RANDOM, constant_liar=not is_alone)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)  # Optuna has called both so since 2020
        return TPESampler(
            seed=seed, n_startup_trials=N_RANDOM, constant_liar=not is_alone, multivariate=True, group=True
        )


def end_attempt(
    study: optuna.Study, trial: optuna.Trial, values: Sequence[float] | None = None, state: TrialState | None = None
) -> None:
    """Give an attempt its verdict; values are its objectives."""
    study.tell(trial, values, state=state)


def withdraw(study: optuna.Study, trial: optuna.Trial) -> None:
    """Take an attempt out of the count."""
    trial.set_user_attr(REASON, WITHDRAWN)
    end_attempt(study, trial, state=TrialState.FAIL)


def free_place(study: optuna.Study, trial: FrozenTrial | optuna.Trial) -> None:
    """End a running attempt without a verdict, so that its place is free again.

    The fifth kill in a row that brought no evaluation is a verdict: the trial failed, so that a setting which kills the
    process cannot hold up the search.
    """
    reason = trial.user_attrs.get(REASON)
    place = places_of(study).get(trial.user_attrs[PLACE])
    n_torn = 0 if place is None else place.n_torn + (not trial.user_attrs.get(STOPPED, False))
    if reason != WITHDRAWN and n_torn >= _MOST_ATTEMPTS:
        study._storage.set_trial_user_attr(trial._trial_id, REASON, Reason.of("interrupted", n=n_torn).model_dump())
    elif reason not in (None, WITHDRAWN):  # killed between the reason for its end and the end: it has not ended
        study._storage.set_trial_user_attr(trial._trial_id, REASON, "")
    study.tell(trial.number, state=TrialState.FAIL)


def free_torn(study: optuna.Study) -> list[int]:
    """Free the places whose trials a kill of the driver left running; returns their numbers."""
    torn = [trial for trial in study.get_trials(states=(TrialState.RUNNING,)) if PLACE in trial.user_attrs]
    for trial in torn:
        free_place(study, trial)
    return [int(trial.user_attrs[PLACE]) for trial in torn]


def unfinished(places: Iterable[Place]) -> set[int]:
    """Places that may still need their checkpoints."""
    return {place.number for place in places if not is_ended(place)}


def _first_params(place: Place | None, fixed: dict[str, Any]) -> dict[str, Any]:
    """What an attempt tries: what the last one at this place tried, once that had drawn everything."""
    if place is not None:
        last = place.attempts[-1]
        drawn: dict[str, Any] = last.params if PARAMS in last.user_attrs else last.system_attrs.get("fixed_params", {})
        return drawn
    return fixed
