"""One trial from settings to verdict: train it, mend what can be mended, record how it ended."""

from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import TrialState

from boletim.contracts.errors import BoletimError, ModelError, RunFolderError, StopRequest
from boletim.contracts.measure import Measure
from boletim.tuning.search.constraints import judge_trial, violation
from boletim.tuning.search.disk import wait_for_room
from boletim.tuning.search.front import kept_places, would_be_kept
from boletim.tuning.search.result import best_value
from boletim.tuning.search.session import Bench, Evaluations
from boletim.tuning.search.status import status_of
from boletim.tuning.search.trackers import tensorboard_folder
from boletim.tuning.study.handover import drop_others, hand_over, hand_over_logits
from boletim.tuning.study.heartbeat import beating
from boletim.tuning.study.trial_attributes import (
    ACCUMULATION,
    BEST_STEP,
    CANDIDATE,
    CANDIDATE_INDEX,
    CONSTRAINTS,
    CURVE,
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
)
from boletim.tuning.study.trial_slots import end_attempt, places_of, unfinished
from boletim.tuning.training.best_model import (
    LOGITS,
    checkpoints_folder,
    drop_weights,
    keep_checkpoint,
    save_logits,
    trial_folder,
)
from boletim.tuning.training.checkpoint import best_until, checkpoint_step, drop_torn, find_checkpoint
from boletim.tuning.training.faults import is_disk_full, is_out_of_memory, is_storage_down, one_line
from boletim.tuning.training.history import keep_points, read_points
from boletim.tuning.training.mitigations import training_rows
from boletim.tuning.training.space import Settings
from boletim.tuning.training.trial import TrialOutcome, TrialPlan, free_memory

_MOST_FULL_DISKS = 3
_MOST_SILENCES = 20
"""Of the database, each waited for two seconds longer than the last: seven minutes in all."""


@dataclass(frozen=True)
class Fault:
    """Why a training ended without an outcome."""

    kind: Literal["memory", "disk", "not finite", "candidate", "storage", "other"]
    reason: str
    """In one line."""


def attempt_trial(bench: Bench, trial: optuna.Trial, settings: Settings) -> None:
    """Run one trial to its end and record it: complete, pruned, or failed with its reason.

    Raises:
        RunFolderError: The folder cannot be written.
        StopRequest: A stop was asked for; the trial's place is free for the next attempt.
    """
    candidate = bench.config.candidates[settings.candidate]
    place = int(trial.user_attrs[PLACE])
    trial.set_user_attr(CANDIDATE, candidate.model)
    trial.set_user_attr(CANDIDATE_INDEX, settings.candidate)
    trial.set_user_attr(PARAMS, settings.params())
    name = (
        f"trial {place + 1}/{bench.config.tuning.trials} {Path(candidate.model).name} lr {settings.learning_rate:.1e}"
    )
    bench.say(
        f"{name} starts: batch {settings.batch_size}, {settings.epochs} epochs, "
        f"weight decay {settings.weight_decay:.3g}, warm-up {settings.warmup_ratio:.2f}"
    )
    bench.show(status_of(bench.study, bench.config))
    evaluations = Evaluations(bench, trial, place, name)
    pulse = beating(bench.study, trial) if bench.store is not None else nullcontext()
    try:
        with pulse:
            outcome = _train_until_settled(bench, trial, settings, evaluations, name)
        ending = _record(bench, trial, evaluations, outcome)
    except StopRequest:
        _hand_back(bench, trial, evaluations)
        raise
    except UpdateFinishedTrialError:
        ending = "given to another worker, which takes it from here"
    drop_weights(bench.folder, kept_places(bench.study), unfinished(places_of(bench.study).values()))
    bench.say(f"{name} {ending}")
    bench.show(status_of(bench.study, bench.config))


def _hand_back(bench: Bench, trial: optuna.Trial, evaluations: Evaluations) -> None:
    """Free the place of a trial that was stopped on request."""
    with suppress(UpdateFinishedTrialError):  # then another worker has it already
        trial.set_user_attr(STOPPED, True)
        evaluations.note_seconds()
        end_attempt(bench.study, trial, state=TrialState.FAIL)


def _train_until_settled(
    bench: Bench, trial: optuna.Trial, settings: Settings, evaluations: Evaluations, name: str
) -> TrialOutcome | Fault:
    """Train; after a lack of memory with half the batch at a time, after a full disk when there is room again."""
    accumulation = _known_accumulation(bench, trial)
    n_full = n_silent = 0
    while True:
        wait_for_room(bench, settings.candidate, int(trial.user_attrs[PLACE]))
        outcome = _train(bench, trial, settings, evaluations, accumulation)
        free_memory()  # after the exception, if any, has let go of the model
        if not isinstance(outcome, Fault):
            return outcome
        if outcome.kind == "memory":
            finer = next_accumulation(settings.batch_size // bench.config.tuning.processes, accumulation)
            if finer is None:
                return Fault("memory", f"out of memory even one example at a time: {outcome.reason}")
            accumulation = finer
            trial.set_user_attr(ACCUMULATION, accumulation)
            size = settings.batch_size // accumulation  # of all processes
            bench.say(f"{name} out of memory, goes on with batches of {size} times {accumulation} ({outcome.reason})")
        elif outcome.kind == "disk":
            n_full += 1
            if n_full == _MOST_FULL_DISKS:
                raise RunFolderError(
                    f"cannot write {bench.folder}: {outcome.reason}; free disk space, the same command continues"
                )
            trial.set_user_attr(FULL_DISKS, n_full)
            drop_torn(_checkpoints(bench, trial))
            bench.say(f"{name} the disk is full, goes on from its last checkpoint ({outcome.reason})")
            bench.stop.wait(1)
        elif outcome.kind == "storage" and n_silent < _MOST_SILENCES:
            n_silent += 1
            bench.say(f"{name} the study's database does not answer, tries again ({outcome.reason})")
            bench.stop.wait(2.0 * n_silent)
        else:
            return outcome


def next_accumulation(batch_size: int, accumulation: int) -> int | None:
    """The fewest parts, at least twice as many as now, that cut a batch evenly; None when it is down to one example."""
    return next((parts for parts in range(2 * accumulation, batch_size + 1) if batch_size % parts == 0), None)


def _train(
    bench: Bench, trial: optuna.Trial, settings: Settings, evaluations: Evaluations, accumulation: int
) -> TrialOutcome | Fault:
    place = int(trial.user_attrs[PLACE])
    try:
        plan = plan_of(bench, place, settings, accumulation)
        resume = find_checkpoint(plan.checkpoints, plan.owner)
        step = checkpoint_step(resume) if resume is not None else 0
        evaluations.go_on_from(keep_points(trial_folder(bench.folder, place), step))
        if resume is not None:
            trial.set_user_attr(RESUMED_AT, step)
            bench.say(f"trial {place + 1} goes on from its checkpoint at step {step}")
            if evaluations.is_pruned:
                return _pruned_before(resume)
        with tensorboard_folder(plan.tuning.report_to, bench.folder / "logs" / f"{place:04d}"):
            return bench.train(plan, f"steps of trial {place + 1}", evaluations, bench.progress, bench.stop, resume)
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        return fault


def plan_of(bench: Bench, place: int, settings: Settings, accumulation: int) -> TrialPlan:
    """All that a training of this place depends on."""
    return TrialPlan(
        task=bench.task,
        candidate=bench.candidates[settings.candidate],
        splits=_splits(bench, settings),
        settings=settings,
        tuning=bench.config.tuning,
        seed=bench.config.seed,
        checkpoints=checkpoints_folder(bench.folder, place),
        owner={"study": bench.token, "place": place, "candidate": settings.candidate, "params": settings.params()},
        name=f"{bench.config.name} trial {place}",
        accumulation=accumulation,
    )


def _pruned_before(checkpoint: Path) -> TrialOutcome:
    """The outcome of a trial that was to stop at its checkpoint, and was killed before anyone knew."""
    value, step = best_until(checkpoint)
    return TrialOutcome(checkpoint, value, step, stopped_early=True, validation_logits=np.empty((0, 0), np.float32))


def fault_of(error: Exception) -> Fault | None:
    """What befell a training; None for what ends the search."""
    if isinstance(error, UpdateFinishedTrialError):
        return None
    if is_out_of_memory(error):
        return Fault("memory", one_line(error))
    if is_disk_full(error):
        return Fault("disk", one_line(error))
    if is_storage_down(error):
        return Fault("storage", one_line(error))
    if isinstance(error, FloatingPointError):
        return Fault("not finite", str(error))
    if isinstance(error, ModelError):
        return Fault("candidate", str(error))
    return None if isinstance(error, BoletimError) else Fault("other", one_line(error))


def _record(bench: Bench, trial: optuna.Trial, evaluations: Evaluations, outcome: TrialOutcome | Fault) -> str:
    """Tell the study, keep the weights of a new best, and say how the trial ended."""
    if bench.store is not None:
        points = read_points(trial_folder(bench.folder, int(trial.user_attrs[PLACE])))
        trial.set_user_attr(CURVE, [point.model_dump(mode="json") for point in points])
    took = f"in {evaluations.note_seconds():.0f} s"
    if isinstance(outcome, Fault):
        return f"{_record_fault(bench, trial, outcome)} {took}"
    objective = bench.config.tuning.objective
    trial.set_user_attr(BEST_STEP, outcome.best_step)
    if evaluations.is_pruned and evaluations.last is not None:
        at = f"epoch {evaluations.last.epoch:.1f}, best {objective} {outcome.best_value:.3f} until then"
        trial.set_user_attr(REASON, f"pruned at {at}")
        end_attempt(bench.study, trial, state=TrialState.PRUNED)
        return f"pruned at {at} {took}"
    trial.set_user_attr(STOPPED_EARLY, outcome.stopped_early)
    place = int(trial.user_attrs[PLACE])
    save_logits(trial_folder(bench.folder, place) / LOGITS, outcome.validation_logits)
    measured = bench.judge(bench.task.probabilities(outcome.validation_logits)) if bench.judge is not None else {}
    if bench.store is not None:
        hand_over_logits(bench.store, trial, bench.folder)
    said, values = _judge(bench, trial, measured), [outcome.best_value]
    if bench.config.tuning.objectives:
        second = measured[bench.config.tuning.objectives[1]]
        if second.value is None:
            fault = Fault("other", f"{second.id} cannot be told: {second.undefined_because}")
            return f"{_record_fault(bench, trial, fault)} {took}"
        trial.set_user_attr(SECOND, second.model_dump(mode="json"))
        values.append(second.value)
        said = f", {second.id} {second.value:.3f}{said}"
    if would_be_kept(bench.study, values, trial.user_attrs):
        keep_checkpoint(bench.folder, place, outcome.best_checkpoint)
        if bench.store is not None:
            hand_over(bench.store, bench.study, trial, bench.folder)
    end_attempt(bench.study, trial, values)
    if bench.store is not None:
        drop_others(bench.store, bench.study, kept_places(bench.study))
    return f"complete: {objective} {outcome.best_value:.3f} (best {best_value(bench.study):.3f}){said} {took}"


def _judge(bench: Bench, trial: optuna.Trial, measured: Mapping[str, Measure]) -> str:
    """Hold the trial's model against the constraints, and say how it did."""
    constraints = bench.config.tuning.constraints
    if not constraints or not measured:
        return ""
    judged = judge_trial(constraints, measured)
    trial.set_user_attr(CONSTRAINTS, [one.model_dump() for one in judged])
    for one in judged:
        trial.set_constraint(f"{one.measure} {'at most' if one.at_most is not None else 'at least'}", one.violation)
    told = [f"{one.measure} {'unknown' if one.value is None else f'{one.value:.3f}'}" for one in judged]
    kept = "kept" if not violation(trial.user_attrs) else "not kept"
    return f", constraints {kept}: {', '.join(told)}"


def _record_fault(bench: Bench, trial: optuna.Trial, fault: Fault) -> str:
    trial.set_user_attr(REASON, fault.reason)
    if fault.kind == "memory":
        trial.set_user_attr(OUT_OF_MEMORY, True)
    if fault.kind == "not finite":
        trial.set_user_attr(NOT_FINITE, True)
        # the sampler of two objectives cannot learn from pruned trials
        state = TrialState.FAIL if bench.config.tuning.objectives else TrialState.PRUNED
        end_attempt(bench.study, trial, state=state)
        return f"{'failed' if state == TrialState.FAIL else 'pruned'}: {fault.reason}"
    end_attempt(bench.study, trial, state=TrialState.FAIL)
    if fault.kind == "candidate":
        bench.exclude(int(trial.user_attrs[CANDIDATE_INDEX]), fault.reason)
    return f"failed: {fault.reason}"


def _splits(bench: Bench, settings: Settings) -> dict[str, Any]:
    splits = bench.splits_of(settings.candidate)
    return splits | {"train": training_rows(splits, bench.data, settings)}


def _checkpoints(bench: Bench, trial: optuna.Trial) -> Path:
    return checkpoints_folder(bench.folder, int(trial.user_attrs[PLACE]))


def _known_accumulation(bench: Bench, trial: optuna.Trial) -> int:
    """What an earlier attempt at this place found to fit the memory."""
    attempts: tuple[Any, ...] = places_of(bench.study)[int(trial.user_attrs[PLACE])].attempts
    accumulation = max(int(attempt.user_attrs.get(ACCUMULATION, 1)) for attempt in attempts)
    if accumulation > 1:
        trial.set_user_attr(ACCUMULATION, accumulation)
    return accumulation
