"""Load a token classifier."""

from transformers import AutoModelForTokenClassification

from boletim.models.declared import declared_classes, tags_of
from boletim.models.files import ModelFiles
from boletim.models.loading.trained import load_trained
from boletim.models.tagging.tagger import TokenClassifier


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
    network, tokenizer, facts = load_trained(
        files, AutoModelForTokenClassification, "a token classifier", types, allow_pickle, max_length
    )
    tagger = TokenClassifier(network, tokenizer, facts, tags)
    tagger.predict_scores(["a"])  # one batch before the whole work
    return tagger
