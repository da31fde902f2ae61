"""Clean: a finished run loses what only a running search needs."""

from boletim.app.stages.search_result import on_front, read_search
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.run_folder import RunFolder


def clean(folder: RunFolder) -> int:
    """Remove checkpoints, optimiser states and weights that are not the model's; returns the bytes freed.

    The Pareto front of two objectives keeps its weights. A search that goes on afterwards keeps its trials.

    Raises:
        RunFolderError: The search is not settled, or another process holds the folder.
    """
    from boletim.tuning.search.leftovers import drop_leftovers

    search = read_search(folder)
    with folder.held():
        if not (folder.path / search.model.folder).is_dir():
            raise RunFolderError("run_without_model", folder=folder.path, model=search.model.folder)
        return drop_leftovers(folder.path, on_front(search))
