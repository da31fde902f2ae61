"""Tune: search over candidates and settings; the best model is what model/ holds."""

from boletim.contracts.atomic import write_json
from boletim.contracts.errors import RunFolderError
from boletim.contracts.run_folder import RunFolder, key_of
from boletim.contracts.search import SearchResult
from boletim.run import Run
from boletim.stages.prepare import prepare_key

_MAY_CHANGE = {"trials", "timeout", "disk_budget"}


def tune(run: Run) -> None:
    """Write model/ and search.json; a search that was killed goes on where it stopped.

    Raises:
        RunFolderError: The folder holds a search with other settings.
        ModelError: No candidate can be loaded.
    """
    config = run.config
    settings = key_of(prepare_key(config), config.tuning.model_dump(exclude=_MAY_CHANGE))
    if run.folder.earlier_key("search") not in (None, settings):
        raise RunFolderError(
            f"a study keeps its settings (only {', '.join(sorted(_MAY_CHANGE))} may change), {run.folder.path} holds "
            "another search; choose another folder with --run-dir"
        )
    run.folder.mark_done("search", settings, 0.0)
    run.stage("tune", key_of(settings, config.tuning.trials, config.tuning.timeout), lambda: _search(run))


def read_search(folder: RunFolder) -> SearchResult:
    """The search's result.

    Raises:
        RunFolderError: There is none yet.
    """
    if not folder.search.exists():
        raise RunFolderError(f"this needs a tuned model, {folder.path} has none; run `boletim tune` first")
    return SearchResult.model_validate_json(folder.search.read_text(encoding="utf-8"))


def _search(run: Run) -> str:
    from tuning.corpus_files import load_tuning_data
    from tuning.search import run_search

    data = load_tuning_data(run.folder.corpus)
    result = run_search(run.config, data, run.folder.path, run.terminal.progress, run.terminal.say)
    write_json(run.folder.search, result.model_dump(mode="json"))
    best = next(trial for trial in result.trials if trial.number == result.best_trial)
    return f"best {result.objective} {best.objective:.3f} on validation, trial {best.number}, {best.candidate}"
