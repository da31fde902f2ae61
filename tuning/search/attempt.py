"""One trial from settings to verdict: train it, mend what can be mended, record how it ended."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import TrialState

from boletim.contracts.errors import RunFolderError, StopRequest
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.sentence import Joined, Sentence
from boletim.engine.engine import LostWorkerError
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.search.constraints import judge_trial
from boletim.tuning.search.disk import wait_for_room
from boletim.tuning.search.draws import AnySettings
from boletim.tuning.search.evaluations import Evaluations
from boletim.tuning.search.session import Session
from boletim.tuning.search.standing import best_value, kept_places, would_be_kept
from boletim.tuning.search.status import status_of
from boletim.tuning.study.trial_attributes import (
    ACCUMULATION,
    BEST_STEP,
    CANDIDATE,
    CANDIDATE_INDEX,
    CONSTRAINTS,
    FULL_DISKS,
    NOT_FINITE,
    OUT_OF_MEMORY,
    PARAMS,
    PLACE,
    REASON,
    RESUMED_AT,
    SECOND,
    STOPPED,
    STOPPED_EARLY,
    WHERE,
    violation,
)
from boletim.tuning.study.trial_slots import end_attempt, free_place, places_of, unfinished
from boletim.tuning.training.best_model import (
    checkpoints_folder,
    drop_weights,
    keep_checkpoint,
    save_logits,
    trial_folder,
)
from boletim.tuning.training.checkpoint import LOGITS, best_until, checkpoint_step, drop_torn, find_checkpoint
from boletim.tuning.training.faults import Fault, fault_of, next_accumulation
from boletim.tuning.training.history import keep_points
from boletim.tuning.training.plan import TrialOutcome
from boletim.tuning.training.trial import free_memory

_MOST_FULL_DISKS = 3
_MOST_SILENCES = 20
"""Of the database, each waited for two seconds longer than the last: seven minutes in all."""


def attempt_trial(session: Session, trial: optuna.Trial, settings: AnySettings) -> None:
    """Run one trial to its end and record it: complete, pruned, or failed with its reason.

    Raises:
        RunFolderError: The folder cannot be written.
        StopRequest: A stop was asked for; the trial's place is free for the next attempt.
    """
    candidate = session.config.candidates[settings.candidate]
    place = int(trial.user_attrs[PLACE])
    trial.set_user_attr(CANDIDATE, candidate.model)
    trial.set_user_attr(CANDIDATE_INDEX, settings.candidate)
    trial.set_user_attr(PARAMS, settings.params())
    name = Sentence(
        "terminal.trial.of",
        place=f"{place + 1}/{session.config.tuning.trials}",
        model=Path(candidate.model).name,
        short=settings.short,
    )
    session.say(Sentence("terminal.trial.starts", name=name, settings=settings.in_words()))
    session.show(status_of(session.study, session.config))
    evaluations = Evaluations(session, trial, place, name)
    try:
        outcome = _train_until_settled(session, trial, settings, evaluations, name)
        ending = _record(session, trial, evaluations, outcome)
    except StopRequest:
        _hand_back(session, trial, evaluations)
        raise
    except LostWorkerError as lost:
        ending = Sentence("terminal.trial.lost", said=lost.sentence)
        _hand_back(session, trial, evaluations, is_on_request=lost.has_saved)
    drop_weights(session.folder, kept_places(session.study), unfinished(places_of(session.study).values()))
    session.say(Sentence("terminal.trial.said", name=name, said=ending))
    session.show(status_of(session.study, session.config))


def _hand_back(session: Session, trial: optuna.Trial, evaluations: Evaluations, *, is_on_request: bool = True) -> None:
    """Free the place of a trial that was stopped on request, or whose worker died."""
    if is_on_request:
        trial.set_user_attr(STOPPED, True)
    evaluations.note_seconds()
    free_place(session.study, trial)


def _train_until_settled(
    session: Session, trial: optuna.Trial, settings: AnySettings, evaluations: Evaluations, name: str
) -> TrialOutcome | Fault:
    """Train; after a lack of memory with half the batch at a time, after a full disk when there is room again."""
    accumulation = _known_accumulation(session, trial)
    n_full = n_silent = 0
    while True:
        wait_for_room(session, settings.candidate, int(trial.user_attrs[PLACE]))
        outcome = _train(session, trial, settings, evaluations, accumulation)
        free_memory()  # after the exception, if any, has let go of the model
        if not isinstance(outcome, Fault):
            return outcome
        if outcome.kind == "memory":
            finer = next_accumulation(settings.batch_size // session.config.tuning.processes, accumulation)
            if finer is None:
                return Fault("memory", Reason.of("memory", text=str(outcome.reason)))
            accumulation = finer
            trial.set_user_attr(ACCUMULATION, accumulation)
            size = settings.batch_size // accumulation  # of all processes
            counts = {"n_size": size, "n_parts": accumulation}
            session.say(Sentence("terminal.trial.memory", name=name, reason=outcome.reason.sentence, **counts))
        elif outcome.kind == "disk":
            n_full += 1
            if n_full == _MOST_FULL_DISKS:
                raise RunFolderError("cannot_write_goes_on", path=session.folder, reason=outcome.reason.sentence)
            trial.set_user_attr(FULL_DISKS, n_full)
            drop_torn(_checkpoints(session, trial))
            session.say(Sentence("terminal.trial.disk", name=name, reason=outcome.reason.sentence))
            session.pause(1)
        elif outcome.kind == "storage" and n_silent < _MOST_SILENCES:
            n_silent += 1
            session.say(Sentence("terminal.trial.database", name=name, reason=outcome.reason.sentence))
            session.pause(2.0 * n_silent)
        else:
            return outcome


def _train(
    session: Session, trial: optuna.Trial, settings: AnySettings, evaluations: Evaluations, accumulation: int
) -> TrialOutcome | Fault:
    place = int(trial.user_attrs[PLACE])
    try:
        plan = session.plan_of(place, settings, accumulation)
        if isinstance(plan, PromptPlan):
            return session.try_out(plan, Sentence("terminal.trial.name", n=place + 1), evaluations)
        resume = find_checkpoint(plan.checkpoints, plan.owner)
        step = checkpoint_step(resume) if resume is not None else 0
        evaluations.go_on_from(keep_points(trial_folder(session.folder, place), step))
        if resume is not None:
            trial.set_user_attr(RESUMED_AT, step)
            session.say(Sentence("terminal.trial.goes_on", n=place + 1, n_step=step))
            if evaluations.is_pruned:
                return _pruned_before(resume)
        return session.try_out(plan, Sentence("terminal.trial.name", n=place + 1), evaluations, resume)
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        return fault


def _pruned_before(checkpoint: Path) -> TrialOutcome:
    """The outcome of a trial that lags at its checkpoint, now that others have gone on."""
    value, step = best_until(checkpoint)
    return TrialOutcome(None, value, step, stopped_early=True, validation_logits=np.empty((0, 0), np.float32))


def _record(session: Session, trial: optuna.Trial, evaluations: Evaluations, outcome: TrialOutcome | Fault) -> str:
    """Tell the study, keep the weights of a new best, and say how the trial ended."""
    seconds = evaluations.note_seconds()
    ending = (
        _record_fault(session, trial, outcome)
        if isinstance(outcome, Fault)
        else _record_outcome(session, trial, evaluations, outcome)
    )
    return Sentence("terminal.trial.took", said=ending, n_seconds=seconds)


def _record_outcome(session: Session, trial: optuna.Trial, evaluations: Evaluations, outcome: TrialOutcome) -> str:
    objective = session.config.tuning.objective
    trial.set_user_attr(BEST_STEP, outcome.best_step)
    trial.set_user_attr(WHERE, outcome.where)
    if evaluations.is_pruned and evaluations.last is not None:
        epoch, value = evaluations.last.epoch, outcome.best_value
        why = Reason.of("pruned", epoch=epoch, metric=objective, value=value)
        trial.set_user_attr(REASON, why.model_dump())
        end_attempt(session.study, trial, state=TrialState.PRUNED)
        return Sentence("terminal.trial.pruned", n_epoch=epoch, objective=objective, n_value=value)
    trial.set_user_attr(STOPPED_EARLY, outcome.stopped_early)
    place = int(trial.user_attrs[PLACE])
    save_logits(trial_folder(session.folder, place) / LOGITS, outcome.validation_logits)
    measured = session.judge(session.task.probabilities(outcome.validation_logits)) if session.judge is not None else {}
    said, values = _judge(session, trial, measured), [outcome.best_value]
    if session.config.tuning.objectives:
        second = measured[session.config.tuning.objectives[1]]
        if second.value is None:
            fault = Fault("other", Reason.of("second_unknown", measure=second.id))
            return _record_fault(session, trial, fault)
        trial.set_user_attr(SECOND, second.model_dump(mode="json"))
        values.append(second.value)
        said = Joined([Sentence("terminal.trial.second", measure=second.id, n_value=second.value), said], "")
    if would_be_kept(session.study, values, trial.user_attrs):
        keep_checkpoint(session.folder, place, outcome.weights)
    end_attempt(session.study, trial, values)
    figures = {"n_value": outcome.best_value, "n_best": best_value(session.study)}
    return Sentence("terminal.trial.complete", objective=objective, said=said, **figures)


def _judge(session: Session, trial: optuna.Trial, measured: Mapping[str, Measure]) -> str:
    """Hold the trial's model against the constraints, and say how it did."""
    constraints = session.config.tuning.constraints
    if not constraints or not measured:
        return ""
    judged = judge_trial(constraints, measured)
    trial.set_user_attr(CONSTRAINTS, [one.model_dump() for one in judged])
    for one in judged:
        trial.set_constraint(f"{one.measure} {'at most' if one.at_most is not None else 'at least'}", one.violation)
    told = [
        Sentence("terminal.trial.unknown", measure=one.measure)
        if one.value is None
        else Sentence("terminal.trial.figure", measure=one.measure, n_value=one.value)
        for one in judged
    ]
    return Sentence(f"terminal.trial.{'not_' if violation(trial.user_attrs) else ''}kept", told=told)


def _record_fault(session: Session, trial: optuna.Trial, fault: Fault) -> str:
    trial.set_user_attr(REASON, fault.reason.model_dump())
    if fault.kind == "memory":
        trial.set_user_attr(OUT_OF_MEMORY, True)
    if fault.kind == "not finite":
        trial.set_user_attr(NOT_FINITE, True)
        # the sampler of two objectives cannot learn from pruned trials
        state = TrialState.FAIL if session.config.tuning.objectives else TrialState.PRUNED
        end_attempt(session.study, trial, state=state)
        key = "terminal.trial.failed" if state == TrialState.FAIL else "terminal.trial.pruned_fault"
        return Sentence(key, said=fault.reason.sentence)
    end_attempt(session.study, trial, state=TrialState.FAIL)
    if fault.kind == "candidate":
        session.exclude(int(trial.user_attrs[CANDIDATE_INDEX]), fault.reason.sentence)
    return Sentence("terminal.trial.failed", said=fault.reason.sentence)


def _checkpoints(session: Session, trial: optuna.Trial) -> Path:
    return checkpoints_folder(session.folder, int(trial.user_attrs[PLACE]))


def _known_accumulation(session: Session, trial: optuna.Trial) -> int:
    """What an earlier attempt at this place found to fit the memory."""
    attempts: tuple[Any, ...] = places_of(session.study)[int(trial.user_attrs[PLACE])].attempts
    accumulation = max(int(attempt.user_attrs.get(ACCUMULATION, 1)) for attempt in attempts)
    if accumulation > 1:
        trial.set_user_attr(ACCUMULATION, accumulation)
    return accumulation
