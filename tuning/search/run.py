"""The search: ask for a trial, train it, tell how it went; keep the best; go on after a kill."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import optuna
from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ConfigError, ModelError, RunFolderError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.search import Front, SearchResult, SearchStatus, TrainedModel
from boletim.models.bf16 import settle
from boletim.models.quiet import quiet_transformers
from boletim.tuning.search.attempt import attempt_trial
from boletim.tuning.search.constraints import Judge, check_constraints, check_second
from boletim.tuning.search.front import kept_places, weigh_front
from boletim.tuning.search.lost_weights import train_again
from boletim.tuning.search.result import best_trial, search_result, trained_model
from boletim.tuning.search.session import Session, show_nothing
from boletim.tuning.search.trackers import check_trackers
from boletim.tuning.search.warm_start import warm_params
from boletim.tuning.study.handover import fetch, fetch_logits, open_store
from boletim.tuning.study.heartbeat import Watch
from boletim.tuning.study.study import check_study, close_study, is_local_storage, open_study, study_token, worker_name
from boletim.tuning.study.trial_attributes import CANDIDATE_INDEX, PARAMS, PLACE, PRECISION, REASON, WARM, WORKER
from boletim.tuning.study.trial_slots import (
    claim_trial,
    free_torn,
    is_running,
    n_begun,
    places_of,
    seconds_spent,
    unfinished,
    withdraw,
)
from boletim.tuning.task import Task, find_task
from boletim.tuning.training.best_model import best_folder, drop_weights, publish_model
from boletim.tuning.training.distributed import training_in
from boletim.tuning.training.faults import file_trouble, is_disk_full, one_line
from boletim.tuning.training.mitigations import check_mitigations
from boletim.tuning.training.space import first_params, redirected, suggest_settings
from boletim.tuning.training.stop import stop_on_signal

LOOK_EVERY_S = 5.0


def run_search(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress = no_progress,
    on_event: Callable[[str], None] | None = None,
    on_status: Callable[[SearchStatus], None] = show_nothing,
    judge: Judge | None = None,
) -> SearchResult:
    """Search until the configured total of trials or the timeout is reached, and leave the best model in model/.

    Calling it again goes on where it stopped: ended trials are kept, interrupted ones go on from their last checkpoint,
    and neither total nor timeout starts anew. A trial that runs when the timeout is reached is finished. Equal seed,
    data and configuration give equal trials on a CPU, however often the search was interrupted.

    Args:
        config: The run's.
        data: Train and validation splits; the test split is not among them.
        folder: The run folder; study.db, trials/ and model/ are written there.
        progress: Told texts tokenised and optimiser steps done.
        on_event: Given one line at each trial's start, evaluations and end.
        on_status: Given at the same moments how the whole search stands.
        judge: Measures a model on the validation data; needed where constraints or a second objective name any.

    Raises:
        ConfigError: The objective, the storage, the layers to freeze or a mitigation cannot be used.
        ModelError: No candidate can be loaded.
        BoletimError: Every trial failed.
        StopRequest: The process was asked to stop (SIGTERM); what it had is kept.
        RunFolderError: The folder cannot be written, or its study is damaged.
    """
    with _bench(config, data, folder, progress, on_event or _say_nothing, on_status, judge) as session:
        ended_because = _run_trials(session)
        front, model = _publish_best(session)
    result = search_result(config, session.study, folder, model, len(data.validation), ended_because, front)
    excluded = {config.candidates[index].model: why for index, why in session.excluded.items()}
    return result.model_copy(update={"excluded": excluded, "precision": session.config.tuning.precision})


def check_is_shared(config: RunConfig) -> None:
    """Refuse a study that is one folder's alone.

    Raises:
        ConfigError: `tuning.storage` is no database that workers can share.
    """
    if is_local_storage(config):
        raise ConfigError(
            "workers share a study through tuning.storage, a database URL such as postgresql+psycopg://user@host/db, "
            "got sqlite; set it for every worker"
        )


def join_search(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress = no_progress,
    on_event: Callable[[str], None] | None = None,
    on_status: Callable[[SearchStatus], None] = show_nothing,
    judge: Judge | None = None,
) -> int:
    """Work on a study that other processes and machines work on too, until no trial is left for anyone.

    Args:
        config: As every worker has it; `tuning.storage` is a database that all reach.
        data: As every worker has it.
        folder: This worker's own folder.
        progress: As in `run_search`.
        on_event: As in `run_search`.
        on_status: As in `run_search`.
        judge: As in `run_search`.

    Returns:
        How many trials this worker ended, in all its lives.

    Raises:
        ConfigError: The study is this folder's alone, or was begun with other texts or settings.
        BoletimError: As in `run_search`.
        StopRequest: As in `run_search`; the trial goes to whoever asks next.
    """
    check_is_shared(config)
    with _bench(config, data, folder, progress, on_event or _say_nothing, on_status, judge) as session:
        _run_trials(session)
        owners = [place.owner for place in places_of(session.study).values()]
    return sum(owner is not None and owner.user_attrs.get(WORKER) == session.worker for owner in owners)


@contextmanager
def _bench(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress,
    say: Callable[[str], None],
    show: Callable[[SearchStatus], None],
    judge: Judge | None,
) -> Iterator[Session]:
    """Open candidates and study, tidy up after a kill, and say in one line when the study's storage fails."""
    task = find_task(config.task)
    higher_is_better = [task.check_objective(config.tuning.objective, data)]
    check_trackers(config.tuning.report_to)
    if judge is not None:
        check_constraints(config.tuning.constraints, judge, len(data.validation), len(data.labels))
    if config.tuning.objectives:
        assert judge is not None
        gold = task.gold_of(data.validation, data.labels)
        higher_is_better.append(check_second(config.tuning.objectives[1], judge, gold, len(data.labels)))
    with ExitStack() as closing:
        closing.enter_context(quiet_transformers())
        closing.enter_context(_imports_out_of_collection())
        stop = closing.enter_context(stop_on_signal())
        closing.enter_context(_storage_told(config, folder))
        candidates, excluded = _open_candidates(config, data.labels, task, say)
        _check_layers(config, candidates)
        check_mitigations(config, data)
        study = open_study(config, folder, higher_is_better)
        closing.callback(close_study, study)
        store, worker = None, worker_name(config, folder)
        if not is_local_storage(config):
            check_study(study, config, data)
            store = open_store(config.tuning.artifacts or str(folder / "artifacts"))
        torn = free_torn(study, worker)
        if torn:
            say(f"interrupted before, goes on now: trial {', '.join(str(place + 1) for place in torn)}")
        drop_weights(folder, kept_places(study), unfinished(places_of(study).values()))
        config = _with_one_precision(config, study, say)
        token = study_token(study)
        train = closing.enter_context(training_in(config.tuning.processes))
        yield Session(
            config,
            data,
            folder,
            task,
            study,
            token,
            worker,
            candidates,
            excluded,
            progress,
            say,
            stop,
            show,
            train,
            store,
            judge,
        )


def _with_one_precision(config: RunConfig, study: optuna.Study, say: Callable[[str], None]) -> RunConfig:
    """The configuration with `auto` settled: once for a study of this folder, so that a torn trial ends as it began.

    Machines that share a study each take what they are good at.
    """
    known = study.user_attrs.get(PRECISION) if is_local_storage(config) else None
    precision = known if known and config.tuning.precision == "auto" else settle(config.tuning.precision, say)
    if known != precision and is_local_storage(config):
        study.set_user_attr(PRECISION, precision)
    return config.model_copy(update={"tuning": config.tuning.model_copy(update={"precision": precision})})


@contextmanager
def _storage_told(config: RunConfig, folder: Path) -> Iterator[None]:
    try:
        yield
    except (StorageInternalError, SQLAlchemyError) as error:
        if is_disk_full(error):
            raise RunFolderError(
                f"cannot write {folder / 'study.db'}: the disk is full; free disk space, the same command continues"
            ) from error
        trouble = file_trouble(error) if is_local_storage(config) else None
        if trouble is not None:
            raise RunFolderError(
                f"{folder / 'study.db'}: {trouble[0]}; {trouble[1]}, the same command continues"
            ) from error
        raise RunFolderError(
            f"the study's storage must answer, it does not ({one_line(error)}); the same command continues once it does"
        ) from error


def _publish_best(session: Session) -> tuple[Front | None, TrainedModel]:
    best = best_trial(session.study)
    if best is None:
        ended = [place.owner for place in places_of(session.study).values() if place.owner is not None]
        reasons = dict.fromkeys(reason for trial in ended if (reason := trial.user_attrs.get(REASON)))
        raise BoletimError(
            "a search needs one trial that completes, none did; mend the cause and tune in another folder (--run-dir): "
            f"{' | '.join(list(reasons)[:3])}"
        )
    if session.store is not None:
        fetch_logits(session.store, session.study, session.folder)
    front, config = None, session.config
    if config.tuning.objectives:
        gold, score = session.task.gold_of(session.data.validation, session.data.labels), session.task.score
        front, best = weigh_front(config, session.study, session.folder, gold, partial(score, config.tuning.objective))
    index = best.user_attrs[CANDIDATE_INDEX]
    opened = session.candidates.get(index)
    revision = opened.files.revision if opened else None
    kept = best_folder(session.folder, best.user_attrs[PLACE])
    if session.store is not None and not kept.is_dir():
        fetch(session.store, best, session.folder)
    if not kept.is_dir():
        train_again(session, best)
    model = publish_model(session.folder, kept)
    return front, trained_model(model, config.candidates[index], revision, best.user_attrs[PARAMS])


def _run_trials(session: Session) -> str:
    """Fill places until none is left or the time is up, and none is being filled by anyone; says which."""
    config, study, watch = session.config, session.study, Watch(session.study)
    space, choices = config.tuning.search, range(len(config.candidates))
    fixed = {0: first_params(space, choices)}
    kinds = {"has_rivals": session.store is not None, "is_conditional": len(choices) > 1}
    if config.tuning.warm_start is not None:
        if WARM not in study.user_attrs:  # read once: the former study may be gone at the next start
            former = warm_params(Path(config.tuning.warm_start), space, config.candidates)
            study.set_user_attr(WARM, former)
        fixed |= dict(enumerate(study.user_attrs[WARM], start=1))
    while True:
        session.stop.check()
        for place in watch.free_silent():
            session.say(f"trial {place + 1} is taken from a worker that fell silent")
        is_late, trial = _is_time_up(study, config), None
        if not is_late:
            trial = claim_trial(study, config.seed, session.worker, config.tuning.trials, fixed, **kinds)
        if trial is None:
            if not any(is_running(place) for place in places_of(study).values()):
                return "timeout" if is_late else "trials"
            session.stop.wait(LOOK_EVERY_S)
            continue
        settings = suggest_settings(trial, space, choices)
        if settings.candidate in session.excluded:
            _redirect(session, trial)
        else:
            attempt_trial(session, trial, settings)


def _redirect(session: Session, trial: optuna.Trial) -> None:
    """Let the trial's place be filled with a candidate that can be loaded; the rest of its draw stays."""
    if not session.candidates:
        raise ModelError(f"none of the candidates can be loaded any more: {' | '.join(session.excluded.values())}")
    place, loadable = trial.user_attrs[PLACE], sorted(session.candidates)
    withdraw(session.study, trial)
    params = redirected(trial.params, loadable[place % len(loadable)], range(len(session.config.candidates)))
    session.study.enqueue_trial(params, user_attrs={PLACE: place})


def _is_time_up(study: optuna.Study, config: RunConfig) -> bool:
    timeout = config.tuning.timeout
    return timeout is not None and n_begun(study) > 0 and seconds_spent(study) >= timeout


def _open_candidates(
    config: RunConfig, labels: tuple[str, ...], task: Task, say: Callable[[str], None]
) -> tuple[dict[int, Any], dict[int, str]]:
    """Candidates by their position in the configuration, and why the others cannot be loaded."""
    opened: dict[int, Any] = {}
    refused: dict[int, str] = {}
    for index, candidate in enumerate(config.candidates):
        try:
            opened[index] = task.open_candidate(candidate, labels)
        except ModelError as error:
            refused[index] = str(error)
            if len(config.candidates) > 1:
                say(f"candidate {candidate.model} is left out: {error}")
    if not opened:
        reasons = " | ".join(dict.fromkeys(refused.values()))
        raise ModelError(reasons if len(refused) == 1 else f"none of the candidates can be loaded: {reasons}")
    return opened, refused


def _check_layers(config: RunConfig, candidates: dict[int, Any]) -> None:
    choices = config.tuning.search.freeze_layers
    wanted = max(choices) if isinstance(choices, tuple) else choices
    for index, candidate in candidates.items():
        if wanted > candidate.n_layers:
            raise ConfigError(
                f"tuning.search.freeze_layers must be at most the number of layers, {candidate.n_layers} in "
                f"{config.candidates[index].model}, got {wanted}; list smaller numbers"
            )


@contextmanager
def _imports_out_of_collection() -> Iterator[None]:
    """Spare the collection after each trial the half million objects that the imports left: 0.6 s a trial."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _say_nothing(line: str) -> None:
    """Where nobody listens."""
