"""What a model's files say of its size, checked before memory is asked for."""

from pathlib import Path
from typing import Any

import torch

from boletim.contracts.errors import ModelError

_SPARE_PARAMETERS = 50_000_000
"""Of a head with fresh weights, which no file holds."""


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
        raise ModelError(
            f"config.json of {name} describes {n_described:,} parameters, its weights are {n_bytes:,} bytes; "
            "copy or save the model again"
        )


def check_vocabulary(name: str, tokenizer: Any, network: Any) -> None:
    """Refuse a tokenizer that can give ids which the embedding has no row for.

    Raises:
        ModelError: It can.
    """
    table = network.get_input_embeddings()
    n_rows = int(table.weight.shape[0])
    largest = max(tokenizer.get_vocab().values(), default=-1)
    if largest >= n_rows:
        raise ModelError(
            f"the tokenizer of {name} has ids up to {largest:,}, its embedding has {n_rows:,} rows; give the tokenizer "
            "that the model was trained with, or train it after resize_token_embeddings(len(tokenizer))"
        )


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
        raise ModelError(
            f"config.json and the weights of {name} differ: {weight} is {_shape(in_file)} in the file and "
            f"{_shape(by_config)} by config.json; copy or save the model again"
        )


def _shape(sizes: Any) -> str:
    return " x ".join(str(int(size)) for size in sizes)
