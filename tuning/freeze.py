"""Leave the lowest layers of a model as the base model has them."""

import re
from typing import Any

from boletim.contracts.errors import ModelError

_LAYER = re.compile(r"(?:^|\.)(?:layers?|blocks?|h)\.(\d+)\.")
_EMBEDDINGS = re.compile(r"(?:^|\.)(?:\w*embeddings?|embed_tokens|wte|wpe|shared)\.")


def freeze_layers(network: Any, n_layers: int) -> None:
    """Stop the training of the embeddings and of the lowest layers.

    Args:
        network: Whose layers are numbered from 0, as in every encoder and decoder of transformers.
        n_layers: At least 1.

    Raises:
        ModelError: It has not so many layers.
    """
    layers = {name: int(found.group(1)) for name, _ in network.named_parameters() if (found := _LAYER.search(name))}
    n_there = len(set(layers.values()))
    if n_layers > n_there:
        raise ModelError(
            f"freeze_layers must be at most the number of layers, {n_there} in {network.config.model_type}, "
            f"got {n_layers}; list smaller numbers in tuning.search"
        )
    for name, weight in network.named_parameters():
        if layers.get(name, n_there) < n_layers or (name not in layers and _EMBEDDINGS.search(name)):
            weight.requires_grad = False
