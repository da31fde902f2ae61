"""Load a token classifier, or whichever model a folder declares."""

from typing import Any

from transformers import AutoModelForTokenClassification

from boletim.contracts.errors import ModelError
from boletim.models.declared import declared_classes, declared_kind, tags_of
from boletim.models.files import ModelFiles, find_model_files, weights_format
from boletim.models.load import describe_model, load_classifier, load_network
from boletim.models.sizes import check_vocabulary
from boletim.models.tagging.tagger import TokenClassifier
from boletim.models.tokenizer import load_tokenizer


def load_tagger(files: ModelFiles, *, allow_pickle: bool = False, max_length: int | None = None) -> TokenClassifier:
    """A fine-tuned token classifier, in fp32, on the GPU where there is one.

    Args:
        files: Where it lies.
        allow_pickle: Accept weights that are not safetensors.
        max_length: Longest window in tokens; None gives the model's own limit.

    Raises:
        ModelError: It cannot be read, or could run foreign code.
    """
    tags, types = tags_of(files), declared_classes(files)
    weights = weights_format(files, allow_pickle=allow_pickle)
    tokenizer = load_tokenizer(files, max_length)
    network, missing = load_network(
        files, weights, auto=AutoModelForTokenClassification, what="a token classifier", is_head_fresh=False
    )
    if missing:
        raise ModelError("tagger_weights", name=files.name, weight=missing[0])
    check_vocabulary(files.name, tokenizer, network)
    facts = describe_model(files, network, types, weights, tokenizer.model_max_length)
    tagger = TokenClassifier(network, tokenizer, facts, tags)
    tagger.predict_scores(["a"])  # one batch before the whole work
    return tagger


def load_declared(folder_or_id: str, *, allow_pickle: bool = False, max_length: int | None = None) -> Any:
    """The model as what its config.json says it is: a `TextClassifier`, a prompted one or a `TokenClassifier`.

    Raises:
        ModelError: It cannot be found or read, is neither, or could run foreign code.
    """
    files = find_model_files(folder_or_id, allow_pickle=allow_pickle)
    if declared_kind(files) == "spans":
        return load_tagger(files, allow_pickle=allow_pickle, max_length=max_length)
    return load_classifier(folder_or_id, allow_pickle=allow_pickle, max_length=max_length)
