"""Tune: search over candidates and settings; the best model is what model/ holds."""

from boletim.app.run import Run
from boletim.app.screen.board import live_table
from boletim.app.screen.reader import reader_language
from boletim.app.stages.mitigation.study import mitigate
from boletim.app.stages.prepare import prepare_key
from boletim.app.stages.search_result import on_front, trained_as
from boletim.app.stages.swapped_texts import with_swapped_texts
from boletim.app.stages.validation_judge import validation_judge
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_json
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.sentence import Sentence

_MAY_CHANGE = {"trials", "timeout", "disk_budget", "report_to", "confirm", "processes", "parallel", "cluster"}


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


def _search(run: Run) -> str:
    from boletim.engine.opened import engines_kept
    from boletim.tuning.corpus.files import load_tuning_data
    from boletim.tuning.search.leftovers import bring_back, drop_leftovers
    from boletim.tuning.search.run import run_search
    from boletim.tuning.winner.settle import settle_winner

    data = with_swapped_texts(load_tuning_data(run.folder.corpus), run.config)
    judge = validation_judge(run.config, data)
    bring_back(run.folder.path)
    with engines_kept():
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
