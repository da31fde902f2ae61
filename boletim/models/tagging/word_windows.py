"""Long texts as overlapping windows of tokens, and where each word of a text is read.

Nothing is cut off: a text that is longer than the model's input becomes several windows that share a quarter of their
tokens. Each word is read once, in the window in which it stands farthest from an end, at the token that holds its first
character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.contracts.errors import ModelError
from boletim.models.tokenizer import INPUTS

_WORD = re.compile(r"\w+|[^\w\s]")
_SHARED = 4
"""Windows share one token in so many."""


@dataclass(frozen=True)
class Windows:
    """Windows of some texts, text by text."""

    columns: dict[str, list[list[int]]]
    """Token ids and the like, one list per window."""
    text: np.ndarray
    """(n_windows,) int64, the text of each."""
    words: list[list[tuple[int, int]]]
    """Per text, where each of its words begins and ends, in characters."""
    places: list[np.ndarray]
    """Per text, (n_words, 2) int64: the window and the token in it at which each word is read."""


def cut_windows(tokenizer: Any, texts: Sequence[str]) -> Windows:
    """The windows of some texts, each with one window at least.

    Args:
        tokenizer: From `load_tokenizer`; a fast one, which knows where its tokens stand.
        texts: Any number.

    Raises:
        ModelError: The tokenizer does not know where its tokens stand.
    """
    if not tokenizer.is_fast:
        raise ModelError("fast_tokenizer")
    if not texts:
        return Windows({}, np.empty(0, dtype=np.int64), [], [])
    limit = int(tokenizer.model_max_length)
    encoded = tokenizer(
        list(texts),
        truncation=True,
        max_length=limit,
        stride=max(min(limit // _SHARED, limit - tokenizer.num_special_tokens_to_add() - 1), 0),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_attention_mask=True,
    )
    text = np.asarray(encoded["overflow_to_sample_mapping"], dtype=np.int64)
    columns = {name: list(encoded[name]) for name in INPUTS if name in encoded}
    words = [[match.span() for match in _WORD.finditer(one)] for one in texts]
    offsets = encoded["offset_mapping"]
    places = []
    for row, one in enumerate(words):
        windows = np.flatnonzero(text == row) if len(texts) < 2 else _rows_of(text, row)
        places.append(_places(one, [(int(window), offsets[window]) for window in windows]))
    return Windows(columns, text, words, places)


def _rows_of(text: np.ndarray, row: int) -> np.ndarray:
    """Windows lie text by text, so those of one lie together."""
    return np.arange(np.searchsorted(text, row, "left"), np.searchsorted(text, row, "right"))


def _places(words: Sequence[tuple[int, int]], windows: Sequence[tuple[int, Any]]) -> np.ndarray:
    """Where each word is read; a word of which the tokenizer keeps nothing is read where the one before it is."""
    best = np.full((len(words), 2), -1, dtype=np.int64)
    margin = np.full(len(words), -1, dtype=np.int64)
    starts = np.array([start for start, _ in words], dtype=np.int64)
    for window, offsets in windows:
        for place, (left, right) in enumerate(offsets):
            if right <= left:
                continue
            own = min(place, len(offsets) - 1 - place)
            for word in range(*np.searchsorted(starts, [left, right])):
                if own > margin[word] or (best[word, 0] == window and place < best[word, 1]):
                    best[word], margin[word] = (window, place), own
    for word in range(len(words)):
        if best[word, 0] < 0:
            best[word] = best[word - 1] if word else (windows[0][0], 0)
    return best
