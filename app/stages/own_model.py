"""The run's own model, when later stages and commands use it."""

from typing import TYPE_CHECKING

from boletim.app.run import Run
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.search import SearchResult

if TYPE_CHECKING:
    from boletim.models.load import AnyClassifier
    from boletim.models.workers.scoring import SharedClassifier


def own_classifier(folder: RunFolder, search: SearchResult) -> "AnyClassifier":
    """The model that the search chose, loaded from the run folder.

    Raises:
        ModelError: It cannot be loaded.
        RunFolderError: It is not the one that the search chose.
    """
    from boletim.models.tagging.load import load_declared

    chosen, model = search.model, folder.path / search.model.folder
    if not model.is_dir():
        raise RunFolderError("model_gone", model=model)
    classifier: AnyClassifier = load_declared(
        str(model), allow_pickle=chosen.allow_pickle, max_length=chosen.max_length
    )
    if classifier.facts.sha256 != chosen.sha256:
        raise RunFolderError("model_changed", model=model, search=folder.search)
    return classifier


def shared_classifier(run: Run, search: SearchResult, own: "AnyClassifier") -> "SharedClassifier":
    """The same, scoring many texts with all that the run may use; to be closed."""
    from boletim.models.workers.scoring import SharedClassifier, SharedModel
    from boletim.tuning.training.on_engine import open_engine

    chosen, folder = search.model, run.folder.path.resolve()
    model = SharedModel(folder / chosen.folder, chosen.sha256, chosen.allow_pickle, chosen.max_length)
    return SharedClassifier(own, model, lambda: open_engine(run.config.tuning, folder, run.terminal.say))
