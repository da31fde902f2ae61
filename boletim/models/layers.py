"""What each layer of an encoder makes of texts."""

from collections.abc import Sequence

import numpy as np
import torch

from boletim.models.files import find_model_files, weights_format
from boletim.models.load import load_network
from boletim.models.tokenizer import encode, load_tokenizer

_AT_ONCE = 32


def layer_states(
    model: str, texts: Sequence[str], *, revision: str | None = None, allow_pickle: bool = False, max_length: int = 64
) -> list[np.ndarray]:
    """The mean of each layer's states over the tokens of each text.

    Args:
        model: Folder or hub id, of a classifier or of an encoder without head.
        texts: At least one.
        revision: Commit, tag or branch on the hub.
        allow_pickle: Accept weights that are not safetensors.
        max_length: Longest input in tokens.

    Returns:
        One (n_texts, width) float64 per layer, the embeddings first.

    Raises:
        ModelError: The model cannot be found or read, or could run foreign code.
    """
    files = find_model_files(model, revision=revision, allow_pickle=allow_pickle)
    tokenizer = load_tokenizer(files, max_length)
    network, _ = load_network(files, weights_format(files, allow_pickle=allow_pickle))
    encoder = network.base_model.eval()
    columns = encode(tokenizer, texts)
    batches = []
    for start in range(0, len(texts), _AT_ONCE):
        rows = {name: column[start : start + _AT_ONCE] for name, column in columns.items()}
        padded = tokenizer.pad(rows, return_tensors="pt")
        with torch.inference_mode():
            states = encoder(**padded, output_hidden_states=True).hidden_states
        weights = padded["attention_mask"].unsqueeze(-1).float()
        batches.append([((layer * weights).sum(dim=1) / weights.sum(dim=1)).double().numpy() for layer in states])
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]
