"""Load whichever model a folder declares."""

from typing import Any

from boletim.models.answering.load import load_answerer
from boletim.models.declared import declared_kind
from boletim.models.files import find_model_files
from boletim.models.load import load_classifier
from boletim.models.tagging.load import load_tagger

_LOADERS = {"spans": load_tagger, "question_answers": load_answerer}


def load_declared(folder_or_id: str, *, allow_pickle: bool = False, max_length: int | None = None) -> Any:
    """The model as what its config.json says it is: of texts, prompted, of entities or of answers to questions.

    Raises:
        ModelError: It cannot be found or read, is none of these, or could run foreign code.
    """
    files = find_model_files(folder_or_id, allow_pickle=allow_pickle)
    load = _LOADERS.get(declared_kind(files))
    if load is not None:
        return load(files, allow_pickle=allow_pickle, max_length=max_length)
    return load_classifier(folder_or_id, allow_pickle=allow_pickle, max_length=max_length)
