"""What a model's files say of its size, checked before memory is asked for."""

from pathlib import Path
from typing import Any

import torch

from boletim.contracts.errors import ModelError

_SPARE_PARAMETERS = 50_000_000
"""Of a head with fresh weights, which no file holds."""


class HasNetwork:
    """A model around a network of transformers, and how large that is."""

    _network: Any

    @property
    def n_parameters(self) -> int:
        """Numbers that training sets."""
        return int(self._network.num_parameters())

    @property
    def n_bytes(self) -> int:
        """Bytes of the parameters and buffers as loaded."""
        return int(self._network.get_memory_footprint())


def check_weights_hold(name: str, weights: list[Path], auto: Any, config: Any) -> None:
    """Refuse a config.json that describes far more than the weights hold, before the rest is made up in memory.

    Args:
        name: Of the model.
        weights: Its weight files.
        auto: The class of transformers that knows the head.
        config: The configuration as transformers reads it.

    Raises:
        ModelError: The two differ too much.
    """
    with torch.device("meta"):
        n_described = sum(weight.numel() for weight in auto.from_config(config).parameters())
    n_bytes = sum(path.stat().st_size for path in weights)
    if n_described > 2 * n_bytes + _SPARE_PARAMETERS:  # two to a byte are four bits each
        raise ModelError("model_parameters", name=name, n_described=n_described, n_bytes=n_bytes)


def check_vocabulary(name: str, tokenizer: Any, network: Any) -> None:
    """Refuse a tokenizer that can give ids which the embedding has no row for.

    Raises:
        ModelError: It can.
    """
    table = network.get_input_embeddings()
    n_rows = int(table.weight.shape[0])
    largest = max(tokenizer.get_vocab().values(), default=-1)
    if largest >= n_rows:
        raise ModelError("tokenizer_rows", name=name, n_largest=largest, n_rows=n_rows)


def check_same_shapes(name: str, mismatched: list[Any], is_head_fresh: bool, prefix: str) -> None:
    """Refuse weights of another shape than config.json gives them; a head that is trained anew may differ.

    Args:
        name: Of the model.
        mismatched: transformers' triples of a weight's name, its shape in the file and by config.json.
        is_head_fresh: Whether the head is trained anew.
        prefix: What the names of the body's weights begin with.

    Raises:
        ModelError: One differs that may not.
    """
    wrong = [entry for entry in mismatched if not is_head_fresh or entry[0].startswith(prefix)]
    if wrong:
        weight, in_file, by_config = min(wrong, key=lambda entry: str(entry[0]))
        raise ModelError("model_shapes", name=name, weight=weight, in_file=_shape(in_file), by_config=_shape(by_config))


def _shape(sizes: Any) -> str:
    return " x ".join(str(int(size)) for size in sizes)
