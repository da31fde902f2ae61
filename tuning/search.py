"""The search: ask for a trial, train it, tell how it went; keep the best; go on after a kill."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import optuna

from boletim.contracts.config import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ModelError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.registry import find_plugin
from boletim.contracts.search import SearchResult, TrainedModel
from boletim.models.quiet import quiet_transformers
from tuning.attempt import attempt_trial
from tuning.bench import Bench
from tuning.best_model import drop_weights, publish_model
from tuning.marks import CANDIDATE_INDEX, PLACE, REASON
from tuning.places import claim_trial, free_torn, n_begun, places_of, seconds_spent, unfinished, withdraw
from tuning.result import best_number, best_trial, search_result, trained_model
from tuning.space import CANDIDATE, first_params, suggest_settings
from tuning.stop import stop_on_signal
from tuning.study import open_study, study_token, worker_name


def run_search(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress = no_progress,
    on_event: Callable[[str], None] | None = None,
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

    Raises:
        ConfigError: The objective or the storage is not one that can be used.
        ModelError: No candidate can be loaded.
        BoletimError: Every trial failed.
        StopRequest: The process was asked to stop (SIGTERM); what it had is kept.
        RunFolderError: The folder cannot be written, or its study is damaged.
    """
    say = on_event or _say_nothing
    task = find_plugin("tuning.tasks", "task", config.task)
    higher_is_better = task.check_objective(config.tuning.objective, data)
    with quiet_transformers(), _imports_out_of_collection(), stop_on_signal() as stop:
        candidates, excluded = _open_candidates(config, data.labels, task, say)
        study = open_study(config, folder, higher_is_better=higher_is_better)
        worker = worker_name(folder)
        torn = free_torn(study, worker)
        if torn:
            say(f"interrupted before, goes on now: trial {', '.join(str(place + 1) for place in torn)}")
        drop_weights(folder, best_number(study), unfinished(places_of(study).values()))
        token = study_token(study)
        bench = Bench(config, data, folder, task, study, token, candidates, excluded, progress, say, stop)
        ended_because = _run_trials(bench, worker)
        model = _publish_best(bench)
    result = search_result(config, study, folder, model, len(data.validation), ended_because)
    return result.model_copy(update={"excluded": {config.candidates[i].model: why for i, why in excluded.items()}})


def _publish_best(bench: Bench) -> TrainedModel:
    best = best_trial(bench.study)
    if best is None:
        ended = [place.owner for place in places_of(bench.study).values() if place.owner is not None]
        reasons = dict.fromkeys(reason for trial in ended if (reason := trial.user_attrs.get(REASON)))
        raise BoletimError(
            "a search needs one trial that completes, none did; mend the cause and tune in another folder (--run-dir): "
            f"{' | '.join(list(reasons)[:3])}"
        )
    index = best.user_attrs[CANDIDATE_INDEX]
    opened = bench.candidates.get(index)
    revision = opened.files.revision if opened else None
    model = publish_model(bench.folder, best.user_attrs[PLACE])
    return trained_model(bench.study, model, bench.config.candidates[index], revision)


def _run_trials(bench: Bench, worker: str) -> str:
    """Fill places until none is left or the time is up; says which."""
    config, study = bench.config, bench.study
    space, choices = config.tuning.search, range(len(config.candidates))
    while not _is_time_up(study, config):
        bench.stop.check()
        trial = claim_trial(study, config.seed, worker, config.tuning.trials, {0: first_params(space, choices)})
        if trial is None:
            return "trials"
        settings = suggest_settings(trial, space, choices)
        if settings.candidate in bench.excluded:
            _redirect(bench, trial)
        else:
            attempt_trial(bench, trial, settings)
    return "timeout"


def _redirect(bench: Bench, trial: optuna.Trial) -> None:
    """Let the trial's place be filled with a candidate that can be loaded; the rest of its draw stays."""
    if not bench.candidates:
        raise ModelError(f"none of the candidates can be loaded any more: {' | '.join(bench.excluded.values())}")
    place, loadable = trial.user_attrs[PLACE], sorted(bench.candidates)
    withdraw(bench.study, trial)
    params = trial.params | {CANDIDATE: loadable[place % len(loadable)]}
    bench.study.enqueue_trial(params, user_attrs={PLACE: place})


def _is_time_up(study: optuna.Study, config: RunConfig) -> bool:
    timeout = config.tuning.timeout
    return timeout is not None and n_begun(study) > 0 and seconds_spent(study) >= timeout


def _open_candidates(
    config: RunConfig, labels: tuple[str, ...], task: ModuleType, say: Callable[[str], None]
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
