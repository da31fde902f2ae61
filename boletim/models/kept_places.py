"""Compute a network's last layer at the places that are read, and nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

_LAYERS = {
    "bert": ("encoder.layer", "attention.output"),
    "camembert": ("encoder.layer", "attention.output"),
    "distilbert": ("transformer.layer", "sa_layer_norm"),
    "electra": ("encoder.layer", "attention.output"),
    "roberta": ("encoder.layer", "attention.output"),
    "xlm-roberta": ("encoder.layer", "attention.output"),
}
"""Where the layers lie, and in each the module from which on no place sees another. Classifiers of these architectures
read their first token."""


@contextmanager
def keep_places(body: Any, rows: torch.Tensor, columns: torch.Tensor) -> Iterator[None]:
    """Let the head see only these places, as one long input of a batch of one, (1, n_places, width).

    Where the architecture is known, its last feed-forward layer runs at these places only.

    Args:
        body: The network under the head.
        rows: (n_places,) int64, inputs of the batch.
        columns: (n_places,) int64, places in them.
    """

    def keep(states: torch.Tensor) -> torch.Tensor:
        return states[rows, columns].unsqueeze(0)

    def keep_last(module: Any, arguments: Any, output: Any) -> Any:
        output.last_hidden_state = keep(output.last_hidden_state)
        return output

    last = _after_last_attention(body)
    with _removed(_hook_inputs(last, keep) if last is not None else body.register_forward_hook(keep_last)):
        yield


@contextmanager
def keep_first(body: Any) -> Iterator[None]:
    """Let a classification head that reads the first token see it alone, where the architecture is known to."""
    last = _after_last_attention(body)
    if last is None:
        yield
        return
    with _removed(_hook_inputs(last, lambda states: states[:, :1])):
        yield


def _after_last_attention(body: Any) -> Any:
    if body.config.model_type not in _LAYERS:
        return None
    path, module = _LAYERS[body.config.model_type]
    layers = body.get_submodule(path)
    return layers[-1].get_submodule(module) if len(layers) else None


def _hook_inputs(module: Any, keep: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    return module.register_forward_pre_hook(lambda module, inputs: tuple(map(keep, inputs)))


@contextmanager
def _removed(handle: Any) -> Iterator[None]:
    try:
        yield
    finally:
        handle.remove()
