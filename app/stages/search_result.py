"""What the search left in the run folder, read by the stages after it."""

from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.run_files import read_record
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.search import SearchResult


def read_search(folder: RunFolder) -> SearchResult:
    """The search's result.

    Raises:
        RunFolderError: There is none yet, or it is damaged.
    """
    if not folder.search.exists():
        raise RunFolderError("no_tuned", folder=folder.path)
    return read_record(folder.search, SearchResult, "errors.tune_again")


def trained_as(config: RunConfig, search: SearchResult) -> RunConfig:
    """The configuration with the precision that the search took, for what is trained again."""
    if not search.precision:
        return config
    return config.model_copy(update={"tuning": config.tuning.model_copy(update={"precision": search.precision})})


def on_front(search: SearchResult) -> list[int]:
    """The trials on the Pareto front of two objectives; none where there is one objective."""
    return [point.trial for point in search.front.points if point.is_on_front] if search.front else []
