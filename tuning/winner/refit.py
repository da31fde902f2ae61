"""Train a trial's settings again: with another seed, on the whole training split or on parts of it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd

from boletim.contracts.answers.question_answers import is_answers_text
from boletim.contracts.answers.spans import is_span_text
from boletim.contracts.configuration import RunConfig, TuningConfig
from boletim.contracts.corpus import LABEL, TuningData
from boletim.contracts.errors import RunFolderError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.search import CurvePoint, TrialRecord
from boletim.contracts.sentence import Sentence
from boletim.engine.engine import LostWorkerError
from boletim.engine.floor import Floor
from boletim.engine.in_order import done_in_order
from boletim.models.quiet import quiet_transformers
from boletim.tuning.prompted.opening import open_any
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.prompted.settings import PromptSettings
from boletim.tuning.search.draws import settings_of
from boletim.tuning.task import find_task
from boletim.tuning.training.checkpoint import checkpoint_step, find_checkpoint
from boletim.tuning.training.engines import open_engine
from boletim.tuning.training.faults import fault_of, next_accumulation
from boletim.tuning.training.history import append_point, keep_points
from boletim.tuning.training.mitigations import training_rows
from boletim.tuning.training.on_engine import Train, settle_there, training_on
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.stop import StopFlag, stop_on_signal
from boletim.tuning.training.trial import free_memory
from boletim.tuning.winner.parts import Part, Refit

_NOT_BEGUN = "not begun"
_MOST_DEATHS = 5
"""Of workers in one refit."""
_WATCHED = 64
"""Training texts on which the Trainer also evaluates: few, since nobody reads a refit's own curve."""


def refit_parts(
    config: RunConfig,
    data: TuningData,
    trial: TrialRecord,
    parts: Sequence[Part],
    folder: Path,
    on_refit: Callable[[Refit], None],
    say: Callable[[str], None],
    progress: Progress = no_progress,
    timeout: float | None = None,
) -> int:
    """Train a trial's settings on each part, for as many optimiser steps as on the whole, stopping early.

    As many at once as the engine takes. A training that a kill or a stop tore goes on from its checkpoint where the
    folder still holds it.

    Args:
        config: The run's.
        data: Train and validation splits; the validation split decides where a refit stops.
        trial: Of the search, whose settings are taken.
        parts: In the order in which they are wanted.
        folder: For checkpoints; each refit has a folder of its own in it, which is removed afterwards.
        on_refit: Given each refit in the order of the parts, before its folder is removed.
        say: Given one line per refit, and the reason where one failed.
        progress: Told the optimiser steps done.
        timeout: Seconds after which no refit begins; None for no limit.

    Returns:
        How many refits failed or were not begun.

    Raises:
        ModelError: The candidate cannot be loaded any more.
        StopRequest: The process was asked to stop.
    """
    begun, n_missing = monotonic(), 0
    with ExitStack() as closing:
        closing.enter_context(quiet_transformers())
        stop = closing.enter_context(stop_on_signal())
        engine = closing.enter_context(open_engine(config.tuning, folder, say))
        floor = closing.enter_context(Floor())
        train = training_on(engine, floor)
        precision = settle_there(engine, config.tuning.precision, say, stop)
        tuning = config.tuning.model_copy(update={"precision": precision, "report_to": ()})
        whole = _plan(config.model_copy(update={"tuning": tuning}), data, trial, folder)

        def again(part: Part) -> Refit | str:
            stop.check()
            if timeout is not None and monotonic() - begun >= timeout:
                return _NOT_BEGUN
            name, plan = _named(trial, data, part), replace(whole, checkpoints=_own(folder, part) / "checkpoints")
            if isinstance(plan, PromptPlan):
                return _ask_again(train, plan, part, name, stop, progress)
            return _refit(train, _smaller(plan, data, part), part, name, stop, progress)

        with done_in_order(engine, floor, stop, again, parts) as outcomes:
            for part, done in zip(parts, outcomes, strict=True):
                if isinstance(done, Refit):
                    on_refit(done)
                else:
                    n_missing += 1
                if done != _NOT_BEGUN:
                    ending = Sentence("terminal.trial.is_done") if isinstance(done, Refit) else done
                    say(Sentence("terminal.stage.told", name=_named(trial, data, part), said=ending))
                shutil.rmtree(_own(folder, part), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    return n_missing


def _named(trial: TrialRecord, data: TuningData, part: Part) -> Sentence:
    n, n_all = len(part_of(data.train, part)), len(data.train)
    counts = {"n": trial.number + 1, "n_seed": part.seed} | ({"n_part": n, "n_all": n_all} if n < n_all else {})
    return Sentence(f"terminal.trial.again{'_part' if n < n_all else ''}", **counts)


def _own(folder: Path, part: Part) -> Path:
    return folder / f"{part.share:.6f}-{part.seed}"


def part_of(train: pd.DataFrame, part: Part) -> np.ndarray:
    """Rows of a part, (n_part,) int64 ascending: the same share of each class, at least one example of each.

    Entities and answers are no classes; of these it is a share of all rows.

    Args:
        train: The training split.
        part: What is wanted.
    """
    rng = np.random.default_rng(part.seed)
    chosen = []
    has_places = train[LABEL].map(lambda label: is_span_text(label) or is_answers_text(label))
    classes = train[LABEL].where(~has_places, "").to_numpy()
    for label in sorted(set(classes)):
        rows = rng.permutation(np.flatnonzero(classes == label))
        chosen.append(rows[: max(1, round(part.share * len(rows)))])
    return np.sort(np.concatenate(chosen))


def _plan(config: RunConfig, data: TuningData, trial: TrialRecord, folder: Path) -> TrialPlan | PromptPlan:
    task, place = find_task(config.task), place_of(config, trial)
    candidate = open_any(task, config.candidates[place], data.labels)
    settings = settings_of(config, place, trial.params)
    if isinstance(settings, PromptSettings):
        return PromptPlan(
            task=task, candidate=candidate, data=data, settings=settings, objective=config.tuning.objective,
            seed=config.seed, level=config.audit.level, checkpoints=folder / "checkpoints",
        )  # fmt: skip
    return TrialPlan(
        task=task,
        candidate=candidate,
        splits=task.tokenise(
            candidate, data, part_of(data.train, Part(min(1.0, _WATCHED / len(data.train)), config.seed))
        ),
        settings=settings,
        tuning=config.tuning,
        seed=config.seed,
        checkpoints=folder / "checkpoints",
        owner={"candidate": trial.candidate, "params": trial.params, "of": len(data.train)},
        accumulation=trial.accumulation,
    )


def place_of(config: RunConfig, trial: TrialRecord) -> int:
    """The candidate of a trial, by its position: one model may be trained by one and asked by another."""
    places = [i for i, candidate in enumerate(config.candidates) if candidate.model == trial.candidate]
    is_asked = "prompt" in trial.params
    return next(place for place in places if bool(config.candidates[place].prompts) == is_asked)


def _ask_again(
    train: Train, whole: PromptPlan, part: Part, name: str, stop: StopFlag, progress: Progress
) -> Refit | str:
    """Ask with other examples, or why that failed; a prompt without examples gives what it gave."""
    settings = replace(whole.settings, shot_seed=part.seed if whole.settings.shots else 0)
    plan = replace(whole, settings=settings)
    try:
        outcome = _outliving(lambda: train(plan, name, _go_on, progress, stop, None))
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        return Sentence("terminal.trial.failed", said=fault.reason.sentence)
    return Refit(part, len(whole.data.train), outcome.weights, whole.candidate.n_parameters, outcome, ())


def _smaller(whole: TrialPlan, data: TuningData, part: Part) -> TrialPlan:
    """The plan for a part: more passes over fewer texts, evaluated as often per step."""
    rows = part_of(data.train, part)
    share = len(rows) / len(whole.splits["train"])
    return replace(
        whole,
        splits=whole.splits | {"train": training_rows(whole.splits, data, whole.settings, rows, part.seed)},
        settings=replace(whole.settings, epochs=max(1, round(whole.settings.epochs / share))),
        tuning=_per_step(whole.tuning, share),
        seed=part.seed,
        owner=whole.owner | {"share": part.share, "seed": part.seed},
    )


def _per_step(tuning: TuningConfig, share: float) -> TuningConfig:
    """Evaluations per epoch and patience that leave both the same in optimiser steps, as near as whole numbers can."""
    per_epoch = max(1, round(tuning.evaluations_per_epoch * share))
    more = per_epoch / (tuning.evaluations_per_epoch * share)
    patience = max(1, round(tuning.early_stopping.patience * more))
    stopping = tuning.early_stopping.model_copy(update={"patience": patience})
    return tuning.model_copy(update={"evaluations_per_epoch": per_epoch, "early_stopping": stopping})


def _refit(train: Train, plan: TrialPlan, part: Part, name: str, stop: StopFlag, progress: Progress) -> Refit | str:
    """Train, with smaller batches where memory lacks; or why it failed."""
    reason, points = "", list[CurvePoint]()

    def on_point(point: CurvePoint) -> bool:
        if point.is_whole:
            points.append(point)
            append_point(plan.checkpoints.parent, point)
        return False

    def from_last_checkpoint(accumulation: int) -> TrialOutcome:
        resume = find_checkpoint(plan.checkpoints, plan.owner)
        points[:] = keep_points(plan.checkpoints.parent, checkpoint_step(resume) if resume is not None else 0)
        return train(replace(plan, accumulation=accumulation), name, on_point, progress, stop, resume)

    for accumulation in _finer(plan):
        try:
            outcome = _outliving(partial(from_last_checkpoint, accumulation))
        except Exception as error:
            fault = fault_of(error)
            if fault is None:
                raise
            if fault.kind == "disk":
                raise RunFolderError(
                    "cannot_write_goes_on", path=plan.checkpoints, reason=fault.reason.sentence
                ) from error
            reason, is_memory = fault.reason.sentence, fault.kind == "memory"
        else:
            n_parameters = plan.candidate.n_parameters
            return Refit(part, len(plan.splits["train"]), outcome.weights, n_parameters, outcome, tuple(points))
        finally:
            free_memory()
        if not is_memory:
            break
    return Sentence("terminal.trial.failed", said=reason)


def _go_on(point: CurvePoint) -> bool:
    return False


def _outliving(do: Callable[[], TrialOutcome]) -> TrialOutcome:
    """Begin again, from the last checkpoint, as long as workers die."""
    for _ in range(_MOST_DEATHS):
        with suppress(LostWorkerError):
            return do()
    return do()


def _finer(plan: TrialPlan) -> Iterator[int]:
    accumulation: int | None = plan.accumulation
    while accumulation is not None:
        yield accumulation
        accumulation = next_accumulation(plan.settings.batch_size // plan.tuning.processes, accumulation)
