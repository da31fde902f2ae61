"""Load a trained network that reads windows of tokens."""

from typing import Any

from boletim.contracts.errors import ModelError
from boletim.contracts.results.card import ModelFacts
from boletim.models.files import ModelFiles, weights_format
from boletim.models.load import describe_model, load_network
from boletim.models.sizes import check_vocabulary
from boletim.models.tokenizer import load_tokenizer


def load_trained(
    files: ModelFiles, auto: Any, what: str, labels: tuple[str, ...], allow_pickle: bool, max_length: int | None
) -> tuple[Any, Any, ModelFacts]:
    """Network, tokenizer and what the card says of them.

    Args:
        files: Where they lie.
        auto: The class of transformers that knows the head.
        what: Names the model in an error.
        labels: Of what it finds.
        allow_pickle: Accept weights that are not safetensors.
        max_length: Longest window in tokens; None gives the model's own limit.

    Raises:
        ModelError: The model cannot be read, could run foreign code, or lacks weights.
    """
    weights = weights_format(files, allow_pickle=allow_pickle)
    tokenizer = load_tokenizer(files, max_length)
    network, missing = load_network(files, weights, auto=auto, what=what, is_head_fresh=False)
    if missing:
        raise ModelError("trained_weights", name=files.name, weight=missing[0])
    check_vocabulary(files.name, tokenizer, network)
    return network, tokenizer, describe_model(files, network, labels, weights, tokenizer.model_max_length)
