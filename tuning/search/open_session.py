"""What a search needs before its first trial: names that are known, candidates that load, a study that answers."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import optuna
from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError, ModelError, RunFolderError
from boletim.contracts.protocols import Progress
from boletim.contracts.results.search import SearchStatus
from boletim.contracts.sentence import Joined, Sentence
from boletim.engine.engine import Engine
from boletim.engine.floor import Floor
from boletim.models.quiet import quiet_transformers
from boletim.tuning.prompted.opening import open_any
from boletim.tuning.search.constraints import Judge, check_constraints, check_second
from boletim.tuning.search.session import Session
from boletim.tuning.search.standing import kept_places
from boletim.tuning.study.study import check_owner, close_study, is_local_storage, open_study, study_token
from boletim.tuning.study.trial_attributes import PRECISION
from boletim.tuning.study.trial_slots import free_torn, places_of, unfinished
from boletim.tuning.task import Task, find_task
from boletim.tuning.training.best_model import drop_weights
from boletim.tuning.training.faults import file_trouble, is_disk_full, one_line
from boletim.tuning.training.mitigations import check_mitigations
from boletim.tuning.training.on_engine import forget_witnesses, open_engine, settle_there, training_on
from boletim.tuning.training.stop import StopFlag, stop_on_signal
from boletim.tuning.training.trackers import check_trackers


@contextmanager
def open_session(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress,
    say: Callable[[str], None],
    show: Callable[[SearchStatus], None],
    judge: Judge | None,
) -> Iterator[Session]:
    """Open candidates and study, tidy up after a kill, and say in one line when the study's storage fails.

    Raises:
        ConfigError: The objective, the storage, the layers to freeze or a mitigation cannot be used.
        ModelError: No candidate can be loaded.
        RunFolderError: The storage failed, meanwhile too.
    """
    task = find_task(config.task)
    higher_is_better = _checked_objectives(config, data, task, judge)
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
        check_owner(study, config, folder)
        engine = closing.enter_context(open_engine(config.tuning, folder, say))
        torn = free_torn(study)
        if torn:
            names = ", ".join(str(place + 1) for place in torn)
            say(Sentence("terminal.trial.interrupted", said=Sentence("terminal.trial.name", n=names)))
        drop_weights(folder, kept_places(study), unfinished(places_of(study).values()))
        forget_witnesses(folder)
        config = _with_one_precision(config, study, engine, stop, say)
        floor = Floor()
        session = Session(
            config=config,
            data=data,
            folder=folder,
            task=task,
            study=study,
            token=study_token(study),
            candidates=candidates,
            excluded=excluded,
            progress=progress,
            say=say,
            stop=stop,
            show=show,
            engine=engine,
            floor=floor,
            train=training_on(engine, floor),
            judge=judge,
        )
        with floor:
            yield session


def _checked_objectives(config: RunConfig, data: TuningData, task: Task, judge: Judge | None) -> list[bool]:
    """Whether higher is better, for one objective or two; trackers and constraints are looked at too."""
    higher_is_better = [task.check_objective(config.tuning.objective, data)]
    check_trackers(config.tuning.report_to)
    if judge is not None:
        check_constraints(config.tuning.constraints, judge, len(data.validation), len(data.labels))
    if config.tuning.objectives:
        assert judge is not None
        gold = task.gold_of(data.validation, data.labels)
        higher_is_better.append(check_second(config.tuning.objectives[1], judge, gold, len(data.labels)))
    return higher_is_better


def _with_one_precision(
    config: RunConfig, study: optuna.Study, engine: Engine, stop: StopFlag, say: Callable[[str], None]
) -> RunConfig:
    """The configuration with `auto` settled: once for a study, so that a torn trial ends as it began."""
    known, wanted = study.user_attrs.get(PRECISION), config.tuning.precision
    precision = known if known and wanted == "auto" else settle_there(engine, wanted, say, stop)
    if known != precision:
        study.set_user_attr(PRECISION, precision)
    return config.model_copy(update={"tuning": config.tuning.model_copy(update={"precision": precision})})


@contextmanager
def _storage_told(config: RunConfig, folder: Path) -> Iterator[None]:
    try:
        yield
    except (StorageInternalError, SQLAlchemyError) as error:
        if is_disk_full(error):
            raise RunFolderError("disk_full", path=folder / "study.db") from error
        trouble = file_trouble(error) if is_local_storage(config) else None
        if trouble is not None:
            raise RunFolderError(
                "study_trouble", trouble=trouble[0], remedy=trouble[1], at=folder / "study.db"
            ) from error
        raise RunFolderError("study_answers", reason=one_line(error)) from error


def _open_candidates(
    config: RunConfig, labels: tuple[str, ...], task: Task, say: Callable[[str], None]
) -> tuple[dict[int, Any], dict[int, str]]:
    """Candidates by their position in the configuration, and why the others cannot be loaded."""
    opened: dict[int, Any] = {}
    refused: dict[int, str] = {}
    for index, candidate in enumerate(config.candidates):
        try:
            opened[index] = open_any(task, candidate, labels)
        except ModelError as error:
            refused[index] = str(error)
            if len(config.candidates) > 1:
                say(Sentence("terminal.trial.left_out", model=candidate.model, said=error))
    if not opened:
        reasons = Joined(dict.fromkeys(refused.values()), " | ")
        raise ModelError(reasons) if len(refused) == 1 else ModelError("candidates_refused", reasons=reasons)
    return opened, refused


def _check_layers(config: RunConfig, candidates: dict[int, Any]) -> None:
    choices = config.tuning.search.freeze_layers
    wanted = max(choices) if isinstance(choices, tuple) else choices
    for index, candidate in candidates.items():
        if not config.candidates[index].prompts and wanted > candidate.n_layers:
            raise ConfigError(
                "freeze_layers", n_layers=candidate.n_layers, model=config.candidates[index].model, wanted=wanted
            )


@contextmanager
def _imports_out_of_collection() -> Iterator[None]:
    """Spare the collection after each trial the half million objects that the imports left: 0.6 s a trial."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
