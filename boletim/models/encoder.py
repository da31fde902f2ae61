"""Turn texts and words into vectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.models.batching import token_batches
from boletim.models.read import CPU_TOKENS, GPU_TOKENS, pad_batch
from boletim.models.tokenizer import encode


class TextEncoder:
    """A Transformer's body, or its encoder half, that implements the protocol `Encoder`."""

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self._tokenizer = tokenizer
        self.facts = facts
        """What is known of the model, for the card."""

    @property
    def pooling(self) -> str:
        """How the vectors of a text's tokens become one."""
        return "mean of the last layer over all tokens"

    def embed(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Mean of the last layer over a text's tokens, the frame's among them.

        Each distinct text is read once, in batches of similar length. Texts longer than the model's limit are cut.

        Returns:
            (n_texts, n_dimensions) float64 in the order of the texts; (0, n_dimensions) for none.
        """
        place: dict[str, int] = {}
        rows = np.asarray([place.setdefault(text, len(place)) for text in texts], dtype=np.int64)
        inputs = encode(self._tokenizer, list(place)).get("input_ids", [])
        vectors = np.zeros((len(place), self._network.config.hidden_size))
        n_done = 0
        for batch in token_batches(
            [len(ids) for ids in inputs], GPU_TOKENS if self._device.type == "cuda" else CPU_TOKENS
        ):
            ids, mask = pad_batch([inputs[row] for row in batch], int(self._tokenizer.pad_token_id), self._device)
            with torch.inference_mode():
                hidden = self._network(input_ids=ids, attention_mask=mask).last_hidden_state.float()
                weights = mask.unsqueeze(2).float()
                vectors[batch] = ((hidden * weights).sum(dim=1) / weights.sum(dim=1)).cpu().numpy()
            n_done += len(batch)
            progress("texts embedded", n_done, len(inputs))
        return vectors[rows]

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        """Rows of the model's input embedding, the mean over a word's tokens.

        A word is read as it stands inside a sentence, after a space. A word with an unknown token has NaN.
        """
        table = self._network.get_input_embeddings().weight.detach()
        vectors = np.full((len(words), table.shape[1]), np.nan)
        for row, word in enumerate(words):
            text = f"a {word}"
            encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
            ids = [
                token
                for token, (_, end) in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
                if end > 2
            ]
            if ids and self._tokenizer.unk_token_id not in ids:
                vectors[row] = table[ids].float().mean(dim=0).cpu().numpy()
        return vectors
