"""Texts, or questions with their texts, as overlapping windows of tokens; nothing of a text is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.contracts.errors import ModelError
from boletim.models.tokenizer import INPUTS


@dataclass(frozen=True)
class Encoded:
    """Windows, text by text."""

    columns: dict[str, list[list[int]]]
    """Token ids and the like, one list per window."""
    text: np.ndarray
    """(n_windows,) int64, the text of each."""
    offsets: list[np.ndarray]
    """Per window (n_tokens, 2) int32: where each token stands in the text, in characters; -1 where it is none of it."""

    def of_text(self, text: int) -> np.ndarray:
        """(n,) int64: its windows, which lie together."""
        return np.arange(np.searchsorted(self.text, text, "left"), np.searchsorted(self.text, text, "right"))


def encode_windows(
    tokenizer: Any, texts: Sequence[str], questions: Sequence[str] | None = None, *, shared: int
) -> Encoded:
    """The windows of some texts, each with one window at least.

    Args:
        tokenizer: From `load_tokenizer`; a fast one, which knows where its tokens stand.
        texts: Any number.
        questions: (n,) one for each text, which begins each of its windows; None where there are none. Of a question
            that would take more than a third of a window so much is read.
        shared: Windows share one token in so many.

    Raises:
        ModelError: The tokenizer does not know where its tokens stand.
    """
    if not tokenizer.is_fast:
        raise ModelError("fast_tokenizer")
    if not texts:
        return Encoded({}, np.empty(0, dtype=np.int64), [])
    limit = int(tokenizer.model_max_length)
    most = limit // 3
    taken = most if questions is not None else 0
    room = limit - taken - tokenizer.num_special_tokens_to_add(pair=questions is not None)
    pairs = (list(texts),) if questions is None else (_cut(tokenizer, questions, most), list(texts))
    encoded = tokenizer(
        *pairs,
        truncation=True if questions is None else "only_second",
        max_length=limit,
        stride=max(min(limit // shared, room - 1), 0),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_attention_mask=True,
    )
    own = 0 if questions is None else 1
    offsets = []
    for window, places in enumerate(encoded["offset_mapping"]):
        known = np.array(places, dtype=np.int32).reshape(-1, 2)
        is_own = np.array([of == own for of in encoded.sequence_ids(window)], dtype=bool)
        known[~is_own | (known[:, 0] >= known[:, 1])] = -1
        offsets.append(known)
    text = np.asarray(encoded["overflow_to_sample_mapping"], dtype=np.int64)
    return Encoded({name: list(encoded[name]) for name in INPUTS if name in encoded}, text, offsets)


def _cut(tokenizer: Any, questions: Sequence[str], most: int) -> list[str]:
    """Questions of at most so many tokens."""
    places = tokenizer(list(questions), add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [
        question if len(own) <= most else question[: own[most - 1][1]]
        for question, own in zip(questions, places, strict=True)
    ]
