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

from boletim.models.windows.encode import encode_windows

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
    encoded = encode_windows(tokenizer, texts, shared=_SHARED)
    words = [[match.span() for match in _WORD.finditer(one)] for one in texts]
    places = [
        _places(one, [(int(window), encoded.offsets[window]) for window in encoded.of_text(row)])
        for row, one in enumerate(words)
    ]
    return Windows(encoded.columns, encoded.text, words, places)


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
