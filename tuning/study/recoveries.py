"""What went wrong in a search and what was done about it, read from the study."""

from collections.abc import Iterable

from optuna.trial import FrozenTrial, TrialState

from boletim.contracts.results.search import Mishap
from boletim.tuning.study.trial_attributes import (
    ACCUMULATION,
    FULL_DISKS,
    NOT_FINITE,
    OUT_OF_MEMORY,
    PARAMS,
    RESUMED_AT,
    reason_of,
)
from boletim.tuning.study.trial_slots import Place, is_interrupted


def mishaps_of(places: Iterable[Place]) -> tuple[Mishap, ...]:
    """The mishaps by trial, in the order of the places."""
    return tuple(mishap for place in places for mishap in _of_place(place))


def _of_place(place: Place) -> list[Mishap]:
    found = []
    n_interrupted = sum(is_interrupted(trial) for trial in place.attempts)
    if n_interrupted:
        steps = [trial.user_attrs[RESUMED_AT] for trial in place.attempts[1:] if RESUMED_AT in trial.user_attrs]
        kind = "interrupted_resumed" if steps else "interrupted_repeated"
        found.append(Mishap(kind=kind, trial=place.number, values={"n": n_interrupted, "step": max(steps, default=0)}))
    owner = place.owner
    if owner is None:
        return found
    attributes = owner.user_attrs
    if ACCUMULATION in attributes and not attributes.get(OUT_OF_MEMORY):
        parts, batch = attributes[ACCUMULATION], attributes[PARAMS]["batch_size"]
        values = {"batch": batch // parts, "parts": parts, "effective": batch}
        found.append(Mishap(kind="out_of_memory_mended", trial=place.number, values=values))
    if FULL_DISKS in attributes:
        found.append(Mishap(kind="disk_full", trial=place.number, values={"n": attributes[FULL_DISKS]}))
    ending = _ending(owner)
    if ending is not None:
        found.append(Mishap(kind=ending, trial=place.number, reason=reason_of(attributes)))
    return found


def _ending(owner: FrozenTrial) -> str | None:
    if owner.user_attrs.get(NOT_FINITE):
        return "not_finite"
    if owner.user_attrs.get(OUT_OF_MEMORY):
        return "out_of_memory"
    return "failed" if owner.state == TrialState.FAIL else None
