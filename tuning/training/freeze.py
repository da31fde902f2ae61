"""Leave the lowest layers of a model as the base model has them."""

import re
from typing import Any

_LAYER = re.compile(r"(?:^|\.)(?:layers?|blocks?|h)\.(\d+)\.")
_EMBEDDINGS = re.compile(r"(?:^|\.)(?:\w*embeddings?|embed_tokens|wte|wpe|shared)\.")


def count_layers(network: Any) -> int:
    """How many numbered layers a network has, whose weights are each layer's own."""
    return len(set(_layers(network).values()))


def freeze_layers(network: Any, n_layers: int) -> None:
    """Stop the training of the embeddings and of the lowest layers.

    Args:
        network: Whose layers are numbered from 0, as in nearly every encoder and decoder of transformers.
        n_layers: From 1 to `count_layers`.
    """
    layers = _layers(network)
    for name, weight in network.named_parameters():
        if layers.get(name, n_layers) < n_layers or (name not in layers and _EMBEDDINGS.search(name)):
            weight.requires_grad = False


def _layers(network: Any) -> dict[str, int]:
    return {name: int(found.group(1)) for name, _ in network.named_parameters() if (found := _LAYER.search(name))}
