"""Read the likelihoods of a language model that goes from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from boletim.contracts.errors import InputError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.models.read import read_places
from boletim.models.sizes import HasNetwork


@dataclass(frozen=True)
class _Scored:
    """One text, scored from a token on."""

    ids: tuple[int, ...]
    start: int

    @property
    def places(self) -> range:
        """Where the scored tokens are predicted: each at the one before it."""
        return range(self.start - 1, len(self.ids) - 1)


class CausalLanguageModel(HasNetwork):
    """A left-to-right language model that implements the protocol `CausalScorer`."""

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self.device).eval()
        self._tokenizer = tokenizer
        self.facts = facts
        """What is known of the model, for the card."""
        begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
        self._begin: list[int] = [] if begin is None else [int(begin)]

    def log_likelihoods(
        self, prompts: Sequence[str], continuations: Sequence[str], progress: Progress = no_progress
    ) -> list[np.ndarray]:
        """Log-probability of each token of a continuation, the same whatever stands beside it.

        A text begins with the model's first token (`bos`, else `eos`), whether or not its tokenizer writes one. Where
        a token straddles prompt and continuation it belongs to the continuation. What no prediction hangs on is not
        read: a text's last token, a text that is the beginning of another, a pair that stands twice. " she" and " he"
        after one prompt take one reading of the prompt.

        Args:
            prompts: What is given, any number, maybe empty.
            continuations: What is scored, as many.
            progress: Told how many readings are done.

        Returns:
            One (n_tokens,) float64 array per pair, natural logarithms; empty for an empty continuation.

        Raises:
            InputError: A text is longer than the model can read.
        """
        pairs = list(dict.fromkeys(zip(prompts, continuations, strict=True)))
        scored = {pair: text for pair, text in zip(pairs, self._scored(pairs), strict=True) if text.places}
        read_with = _longest([text.ids[:-1] for text in scored.values()])
        asked: dict[tuple[int, ...], list[tuple[str, str]]] = {}
        for pair, text in scored.items():
            asked.setdefault(read_with[text.ids[:-1]], []).append(pair)
        inputs = list(asked)
        places = [sorted({place for pair in asked[ids] for place in scored[pair].places}) for ids in inputs]
        found: dict[tuple[str, str], np.ndarray] = {pair: np.empty(0) for pair in pairs}

        def take(row: int, logits: torch.Tensor) -> None:
            total = logits.logsumexp(dim=1)
            at = {place: index for index, place in enumerate(places[row])}
            for pair in asked[inputs[row]]:
                text = scored[pair]
                lines = [at[place] for place in text.places]
                chosen = logits[lines, text.ids[text.start :]] - total[lines]
                found[pair] = chosen.cpu().numpy().astype(np.float64)

        read_places(self._network, self._pad_id, inputs, places, take, progress, "texts read")
        return [found[pair] for pair in zip(prompts, continuations, strict=True)]

    def cut(self, text: str, most: int) -> str:
        """The text up to its token of that number, whole where it has no more."""
        spans = self._tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, verbose=False)[
            "offset_mapping"
        ]
        return text if len(spans) <= most else text[: spans[most - 1][1]]

    def top_next(self, prompts: Sequence[str], k: int, progress: Progress = no_progress) -> list[list[str]]:
        """The k most probable next tokens of each prompt, without white space.

        Raises:
            InputError: A prompt is empty for a model without a first token, or too long.
        """
        inputs = [ids for ids, _ in self._ids(prompts)]
        if any(not ids for ids in inputs):
            raise InputError("prompt_empty")
        found: list[list[str]] = [[] for _ in prompts]

        def take(row: int, logits: torch.Tensor) -> None:
            found[row] = [self._tokenizer.decode([token]).strip() for token in logits[0].topk(k).indices.tolist()]

        read_places(
            self._network, self._pad_id, inputs, [[len(ids) - 1] for ids in inputs], take, progress, "prompts read"
        )
        return found

    def _scored(self, pairs: Sequence[tuple[str, str]]) -> list["_Scored"]:
        inputs = self._ids([prompt + continuation for prompt, continuation in pairs])
        return [
            _Scored(tuple(ids), max(1, next((i for i, (_, end) in enumerate(spans) if end > len(prompt)), len(ids))))
            for (ids, spans), (prompt, _) in zip(inputs, pairs, strict=True)
        ]

    def _ids(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Token ids with the model's first token before them, and each token's characters."""
        if not texts:
            return []
        encoded = self._tokenizer(
            list(texts), return_offsets_mapping=True, padding=False, add_special_tokens=False, verbose=False
        )
        limit, n_begin = self._tokenizer.model_max_length, len(self._begin)
        found = []
        for text, ids, spans in zip(texts, encoded["input_ids"], encoded["offset_mapping"], strict=True):
            if len(ids) + n_begin > limit:
                raise InputError("scored_text_long", limit=limit, text=text[:40], n_ids=len(ids) + n_begin)
            found.append(([*self._begin, *ids], [*[(0, 0)] * n_begin, *map(tuple, spans)]))
        return found

    @property
    def _pad_id(self) -> int:
        return int(self._tokenizer.pad_token_id)


def _longest(inputs: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], tuple[int, ...]]:
    """For each input the longest of them that begins with it: no token sees a later one, so that serves for both."""
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    last: tuple[int, ...] = ()
    for ids in sorted(set(inputs), reverse=True):  # right after all that begin with it
        if last[: len(ids)] != ids:
            last = ids
        found[ids] = last
    return found
