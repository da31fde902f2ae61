"""Run a language model over many inputs and read its predictions at the places asked for, and nowhere else."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache

from boletim.contracts.protocols import Progress
from boletim.models.batching import token_batches
from boletim.models.kept_places import keep_places

CPU_TOKENS = 1_536
GPU_TOKENS = 32_768
_LOGITS = 1 << 26
"""Most logits held at a time (256 MB): a batch is cut where the vocabulary is large and many places are read."""
_FEWEST_INPUTS, _FEWEST_SHARED = 4, 32
"""From where on a beginning that all inputs share is read once."""
_CHEAPER = 8
"""A token that was read before costs memory and little time."""

Take = Callable[[int, torch.Tensor], None]
"""Called as take(row, logits); the logits are (n_places, n_vocabulary) float32, valid during the call alone."""


def read_places(
    network: Any, pad_id: int, inputs: Sequence[Sequence[int]], places: Sequence[Sequence[int]], take: Take,
    progress: Progress, what: str,
) -> None:  # fmt: skip
    """Predict the vocabulary at some places of each input, in batches of similar length.

    The head, which costs more than the layers under it in small models, runs at these places only.

    Args:
        network: A language model of transformers whose head reads the last layer of `network.base_model`.
        pad_id: Id that fills a batch up; the attention mask hides it.
        inputs: Token ids, at least one each.
        places: Positions read in each input, at least one each.
        take: Told the logits of each input, each once; the order depends on the lengths alone.
        progress: Told how many inputs are done.
        what: Names the work for `progress`.
    """
    device = next(network.parameters()).device
    budget = GPU_TOKENS if device.type == "cuda" else CPU_TOKENS
    most = max(1, _LOGITS // network.config.get_text_config().vocab_size)
    n_done = 0
    shared, cache = _read_shared(network, device, inputs, places)
    lengths = [len(ids) - shared + shared // _CHEAPER for ids in inputs]
    for batch in token_batches(lengths, budget):
        for rows in _cut(batch.tolist(), places, most):
            rest = [inputs[row][shared:] for row in rows]
            read_at = [[place - shared for place in places[row]] for row in rows]
            logits = _forward(network, device, pad_id, rest, read_at, shared, cache)
            start = 0
            for row in rows:
                end = start + len(places[row])
                take(row, logits[start:end])
                start = end
            n_done += len(rows)
            progress(what, n_done, len(inputs))


def pad_batch(inputs: Sequence[Sequence[int]], pad_id: int, device: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids padded on the right, (n, longest) int64, and their attention mask."""
    width = max(len(ids) for ids in inputs)
    ids = np.full((len(inputs), width), pad_id, dtype=np.int64)
    mask = np.zeros((len(inputs), width), dtype=np.int64)
    for row, tokens in enumerate(inputs):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def _cut(rows: list[int], places: Sequence[Sequence[int]], most: int) -> Iterator[list[int]]:
    part: list[int] = []
    n = 0
    for row in rows:
        if part and n + len(places[row]) > most:
            yield part
            part, n = [], 0
        part.append(row)
        n += len(places[row])
    if part:
        yield part


def _read_shared(
    network: Any, device: Any, inputs: Sequence[Sequence[int]], places: Sequence[Sequence[int]]
) -> tuple[int, Any]:
    """How many tokens all inputs begin with, and what a model that reads from left to right keeps of them.

    Examples in a prompt are read once and not before each text. 0 and None where that does not pay, where a place in
    them is read, or where the model keeps something else than keys and values of whole texts.
    """
    if len(inputs) < _FEWEST_INPUTS or not getattr(network.config, "use_cache", False):
        return 0, None
    first, last = (
        min(map(list, inputs)),
        max(map(list, inputs)),
    )  # what these two share, all that stand between them share
    shared = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    shared = min(shared, min(map(min, places)), len(min(inputs, key=len)) - 1)
    if shared < _FEWEST_SHARED:
        return 0, None
    with torch.inference_mode():
        ids = torch.tensor([list(inputs[0][:shared])], device=device)
        cache = network.base_model(input_ids=ids, use_cache=True).past_key_values
    is_plain = isinstance(cache, DynamicCache) and not any(cache.is_sliding) and cache.get_seq_length() == shared
    return (shared, cache) if is_plain else (0, None)


def _forward(
    network: Any, device: Any, pad_id: int, inputs: Sequence[Sequence[int]], places: Sequence[Sequence[int]],
    shared: int, cache: Any,
) -> torch.Tensor:  # fmt: skip
    ids, mask = pad_batch(inputs, pad_id, device)
    known: dict[str, Any] = {}
    if cache is not None:
        mask = torch.cat([torch.ones((len(inputs), shared), dtype=mask.dtype, device=device), mask], dim=1)
        known = {"past_key_values": copy.deepcopy(cache), "use_cache": True}
        known["past_key_values"].batch_repeat_interleave(len(inputs))
    rows = torch.tensor([row for row, wanted in enumerate(places) for _ in wanted], device=device)
    columns = torch.tensor([place for wanted in places for place in wanted], device=device)
    with torch.inference_mode(), keep_places(network.base_model, rows, columns):
        return network(input_ids=ids, attention_mask=mask, **known).logits[0].float()  # type: ignore[no-any-return]
