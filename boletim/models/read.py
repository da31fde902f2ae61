"""Run a language model over many inputs and read its predictions at the places asked for, and nowhere else."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from boletim.contracts.protocols import Progress
from boletim.models.batching import token_batches
from boletim.models.kept_places import keep_places

CPU_TOKENS = 1_536
GPU_TOKENS = 32_768
_LOGITS = 1 << 26
"""Most logits held at a time (256 MB): a batch is cut where the vocabulary is large and many places are read."""

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
    for batch in token_batches([len(ids) for ids in inputs], budget):
        for rows in _cut(batch.tolist(), places, most):
            logits = _forward(network, device, pad_id, [inputs[row] for row in rows], [places[row] for row in rows])
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


def _forward(
    network: Any, device: Any, pad_id: int, inputs: list[Sequence[int]], places: list[Sequence[int]]
) -> torch.Tensor:
    ids, mask = pad_batch(inputs, pad_id, device)
    rows = torch.tensor([row for row, wanted in enumerate(places) for _ in wanted], device=device)
    columns = torch.tensor([place for wanted in places for place in wanted], device=device)
    with torch.inference_mode(), keep_places(network.base_model, rows, columns):
        return network(input_ids=ids, attention_mask=mask).logits[0].float()  # type: ignore[no-any-return]
