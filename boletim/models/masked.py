"""Read a masked language model's probabilities."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from boletim.contracts.errors import InputError
from boletim.contracts.protocols import Encoded, Progress, Reading, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.models.read import read_places


class MaskedLanguageModel:
    """A masked language model that implements the protocol `MaskedScorer`."""

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts) -> None:
        self._network = network.to("cuda" if torch.cuda.is_available() else "cpu").eval()
        self._tokenizer = tokenizer
        self.facts = facts
        """What is known of the model, for the card."""

    @property
    def mask_id(self) -> int:
        """Vocabulary id of the mask."""
        return int(self._tokenizer.mask_token_id)

    @property
    def mask_token(self) -> str:
        """The mask as it is written in a text."""
        return str(self._tokenizer.mask_token)

    @property
    def unknown_id(self) -> int | None:
        """Vocabulary id of a word that has none; None where every text has tokens."""
        unknown: int | None = self._tokenizer.unk_token_id
        return unknown

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """The texts as the model reads them.

        Raises:
            InputError: A text is longer than the model can read: a cut text would have another likelihood.
        """
        if not texts:
            return []
        encoded = self._tokenizer(
            list(texts), return_offsets_mapping=True, padding=False, return_attention_mask=False, verbose=False
        )
        limit = self._tokenizer.model_max_length
        for text, ids in zip(texts, encoded["input_ids"], strict=True):
            if len(ids) > limit:
                raise InputError("scored_sentence_long", limit=limit, text=text[:40], n_ids=len(ids))
        return [
            Encoded(tuple(ids), tuple(map(tuple, spans)))  # type: ignore[arg-type]
            for ids, spans in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]

    def log_probabilities(self, readings: Sequence[Reading], progress: Progress = no_progress) -> list[np.ndarray]:
        """The candidates' log-probabilities, the same for a reading whatever stands beside it.

        Each distinct input is read once, in batches of similar length, the head at the places asked for.

        Args:
            readings: Any number of readings; one without places gives an empty array.
            progress: Told how many distinct inputs are done.

        Returns:
            One (n_candidates,) float64 array per reading, natural logarithms, place by place.
        """
        found: list[np.ndarray] = [np.empty(0)] * len(readings)
        asked: dict[tuple[int, ...], list[int]] = {}
        for number, reading in enumerate(readings):
            if reading.places:
                asked.setdefault(reading.ids, []).append(number)
        inputs = list(asked)
        places = [sorted({place for number in asked[ids] for place in readings[number].places}) for ids in inputs]

        def take(row: int, logits: torch.Tensor) -> None:
            total = logits.logsumexp(dim=1)
            at = {place: index for index, place in enumerate(places[row])}
            for number in asked[inputs[row]]:
                reading = readings[number]
                lines = [
                    at[place] for place, wanted in zip(reading.places, reading.candidates, strict=True) for _ in wanted
                ]
                tokens = [token for wanted in reading.candidates for token in wanted]
                found[number] = (logits[lines, tokens] - total[lines]).cpu().numpy().astype(np.float64)

        read_places(self._network, self._pad_id, inputs, places, take, progress, "masked inputs read")
        return found

    def top_fills(self, texts: Sequence[str], k: int, progress: Progress = no_progress) -> list[list[str]]:
        """The k most probable tokens at each text's mask.

        Raises:
            InputError: A text does not hold the mask exactly once.
        """
        inputs = [encoded.ids for encoded in self.encode(texts)]
        places = [[place for place, token in enumerate(ids) if token == self.mask_id] for ids in inputs]
        for text, masks in zip(texts, places, strict=True):
            if len(masks) != 1:
                raise InputError("one_mask", mask_token=self.mask_token, text=text, n_masks=len(masks))
        found: list[list[str]] = [[] for _ in texts]

        def take(row: int, logits: torch.Tensor) -> None:
            best = logits[0].topk(k).indices.tolist()
            found[row] = [self._tokenizer.decode([token]).strip() for token in best]

        read_places(self._network, self._pad_id, inputs, places, take, progress, "masks filled")
        return found

    @property
    def _pad_id(self) -> int:
        return int(self._tokenizer.pad_token_id)
