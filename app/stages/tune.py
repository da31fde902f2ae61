"""Tune: search over candidates and settings; the best model is what model/ holds."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from boletim.app.run import Run
from boletim.app.screen.board import live_table
from boletim.app.screen.reader import reader_language
from boletim.app.stages.mitigation.study import mitigate
from boletim.app.stages.prepare import prepare, prepare_key
from boletim.app.stages.search_result import on_front, trained_as
from boletim.app.stages.swapped_texts import with_swapped_texts
from boletim.app.stages.validation_judge import validation_judge
from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import ConfigError, RunFolderError
from boletim.contracts.files.atomic import write_json
from boletim.contracts.files.run_folder import RunFolder, key_of
from boletim.contracts.sentence import Sentence

_MOST_WORKERS = 64
"""On one machine."""
_MAY_CHANGE = {"trials", "timeout", "disk_budget", "artifacts", "report_to", "confirm", "processes"}


def tune(run: Run) -> None:
    """Write model/ and search.json; a search that was killed goes on where it stopped.

    Raises:
        RunFolderError: The folder holds a search with other settings.
        ModelError: No candidate can be loaded.
    """
    config = run.config
    settings = key_of(prepare_key(config), config.tuning.model_dump(exclude=_MAY_CHANGE))
    if run.folder.earlier_key("search") not in (None, settings):
        raise RunFolderError("study_other", keys=sorted(_MAY_CHANGE), path=run.folder.path)
    run.folder.mark_done("search", settings, 0.0)
    ends = config.tuning.model_dump(include={"trials", "timeout", "confirm"})
    if config.mitigations is not None:
        bars = config.audit.model_dump(include={"level", "margin", "min_group"})
        ends |= {"mitigations": config.mitigations.model_dump(mode="json"), "bars": bars}
    run.stage("tune", key_of(settings, ends), lambda: _search(run), [run.folder.search, run.folder.model])


def check_can_share(config: RunConfig) -> None:
    """Refuse a configuration whose search no worker can join.

    Raises:
        ConfigError: It has a finished model, or `tuning.storage` is no database that workers can share.
    """
    from boletim.tuning.search.run import check_is_shared

    if config.is_finished:
        raise ConfigError("worker_candidates")
    check_is_shared(config)


def work(run: Run) -> str:
    """Fill trials of a study that other machines fill too, in a folder of this worker's own; returns one line about it.

    Raises:
        ConfigError: `tuning.storage` is no database that workers can share.
    """
    from boletim.tuning.corpus.files import load_tuning_data
    from boletim.tuning.search.run import join_search

    check_can_share(run.config)
    key = prepare_key(run.config)
    with _own_folder(run.folder) as own:
        corpus = run.folder.corpus
        if not run.folder.is_done("prepare", key):
            prepare(replace(run, folder=own))
            corpus = own.corpus
        artifacts = run.config.tuning.artifacts or str(run.folder.path.resolve() / "artifacts")
        tuning = run.config.tuning.model_copy(update={"artifacts": artifacts})
        config = run.config.model_copy(update={"tuning": tuning})
        data = with_swapped_texts(load_tuning_data(corpus), config)
        judge = validation_judge(config, data)
        with live_table(run.terminal, reader_language()) as show:
            n = join_search(config, data, own.path, run.terminal.progress, run.terminal.say, show, judge)
    return Sentence("terminal.trial.worker_ended", n=n, name=run.config.name)


@contextmanager
def _own_folder(base: RunFolder) -> Iterator[RunFolder]:
    """The first of this machine's worker folders that no other process holds."""
    for number in range(_MOST_WORKERS):
        own = RunFolder(base.path / "workers" / f"{socket.gethostname()}-{number}")
        with ExitStack() as stack:
            try:
                stack.enter_context(own.held())
            except RunFolderError:
                if number == _MOST_WORKERS - 1:
                    raise
                continue
            yield own
            return


def _search(run: Run) -> str:
    from boletim.tuning.corpus.files import load_tuning_data
    from boletim.tuning.search.leftovers import bring_back, drop_leftovers
    from boletim.tuning.search.run import run_search
    from boletim.tuning.winner.settle import settle_winner

    data = with_swapped_texts(load_tuning_data(run.folder.corpus), run.config)
    judge = validation_judge(run.config, data)
    bring_back(run.folder.path)
    with live_table(run.terminal, reader_language()) as show:
        result = run_search(run.config, data, run.folder.path, run.terminal.progress, run.terminal.say, show, judge)
    terminal, keep = run.terminal, {result.best_trial, *on_front(result)}
    result = settle_winner(
        trained_as(run.config, result), data, result, run.folder.path, terminal.say, terminal.progress, judge
    )
    result = mitigate(run, data, result)
    write_json(run.folder.search, result.model_dump(mode="json"))
    drop_leftovers(run.folder.path, keep)
    best = next(trial for trial in result.trials if trial.number == result.best_trial)
    return Sentence(
        "terminal.stage.tuned",
        objective=result.objective,
        n_value=best.objective,
        trial=best.number,
        model=best.candidate,
    )
