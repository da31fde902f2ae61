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
from tuning.attempt import Bench, attempt_trial
from tuning.best_model import drop_weights, publish_model
from tuning.result import best_number, best_trial, search_result, trained_model
from tuning.space import first_params, suggest_settings
from tuning.study import (
    CANDIDATE_INDEX,
    ask_trial,
    clear_interrupted,
    n_counted,
    open_study,
    reason_of,
    seconds_spent,
    settle_candidates,
)


def run_search(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress = no_progress,
    on_event: Callable[[str], None] | None = None,
) -> SearchResult:
    """Search until the configured total of trials or the timeout is reached, and leave the best model in model/.

    Calling it again goes on where it stopped: ended trials are kept, trials that a kill interrupted are tried again,
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
        RunFolderError: The folder cannot be written, or its study is damaged.
    """
    say = on_event or _say_nothing
    task = find_plugin("tuning.tasks", "task", config.task)
    higher_is_better = task.check_objective(config.tuning.objective, data)
    with quiet_transformers(), _imports_out_of_collection():
        candidates, excluded = _open_candidates(config, data.labels, task, say)
        study = open_study(config, folder, higher_is_better=higher_is_better)
        n_interrupted = clear_interrupted(study, folder)
        if n_interrupted:
            say(f"interrupted before, tried again now: {n_interrupted} trial{'s' if n_interrupted > 1 else ''}")
        drop_weights(folder, keep=best_number(study))
        bench = Bench(config, data, folder, task, study, candidates, excluded, progress, say)
        ended_because = _run_trials(bench, settle_candidates(study, sorted(candidates)))
        model = _publish_best(bench)
    result = search_result(config, study, folder, model, len(data.validation), ended_because)
    return result.model_copy(update={"excluded": {config.candidates[i].model: why for i, why in excluded.items()}})


def _publish_best(bench: Bench) -> TrainedModel:
    best = best_trial(bench.study)
    if best is None:
        reasons = dict.fromkeys(reason for t in bench.study.get_trials(deepcopy=False) if (reason := reason_of(t)))
        raise BoletimError(
            "a search needs one trial that completes, none did; mend the cause and tune in another folder (--run-dir): "
            f"{' | '.join(list(reasons)[:3])}"
        )
    index = best.user_attrs[CANDIDATE_INDEX]
    opened = bench.candidates.get(index)
    revision = opened.files.revision if opened else None
    return trained_model(
        bench.study, publish_model(bench.folder, best.number), bench.config.candidates[index], revision
    )


def _run_trials(bench: Bench, choices: tuple[int, ...]) -> str:
    space, seed = bench.config.tuning.search, bench.config.seed
    while (ended_because := _ended_because(bench.study, bench.config)) is None:
        trial = ask_trial(bench.study, seed, bench.folder, first_params(space, choices))
        attempt_trial(bench, trial, suggest_settings(trial, space, choices))
    return ended_because


def _ended_because(study: optuna.Study, config: RunConfig) -> str | None:
    n_begun = n_counted(study)
    if n_begun >= config.tuning.trials:
        return "trials"
    timeout = config.tuning.timeout
    return "timeout" if timeout is not None and n_begun and seconds_spent(study) >= timeout else None


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
