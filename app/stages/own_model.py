"""The run's own model, when later stages and commands use it, and any model with all workers of the run."""

from pathlib import Path
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
    from boletim.models.loading.declared_model import load_declared

    chosen, model = search.model, folder.path / search.model.folder
    if not model.is_dir():
        raise RunFolderError("model_gone", model=model)
    classifier: AnyClassifier = load_declared(
        str(model), allow_pickle=chosen.allow_pickle, max_length=chosen.max_length
    )
    if classifier.facts.sha256 != chosen.sha256:
        raise RunFolderError("model_changed", model=model, search=folder.search)
    return classifier


def shared_own(run: Run, search: SearchResult, own: "AnyClassifier") -> "SharedClassifier":
    """The same, scoring many texts with all that the run may use; to be closed."""
    chosen = search.model
    return shared(run, own, run.folder.path / chosen.folder, chosen.allow_pickle, chosen.max_length)


def shared(
    run: Run, own: "AnyClassifier", folder: Path, allow_pickle: bool, max_length: int | None = None
) -> "SharedClassifier":
    """A loaded model, scoring many texts with all that the run may use; to be closed.

    Args:
        run: Says how many work and where.
        own: The model.
        folder: Where its files lie.
        allow_pickle: Whether its weights may be pickled.
        max_length: Tokens of a text, where that is less than the model's own limit.
    """
    from boletim.models.workers.scoring import SharedClassifier, SharedModel
    from boletim.tuning.training.engines import open_engine

    model = SharedModel(folder.resolve(), own.facts.sha256 or "", allow_pickle, max_length)
    return SharedClassifier(own, model, lambda: open_engine(run.config.tuning, run.folder.path, run.terminal.say))
