"""Windows of texts with a tag for each word, as the Trainer reads them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from boletim.contracts.answers.spans import Span
from boletim.models.tagging.word_windows import cut_windows
from boletim.tuning.training.token_rows import WindowRows, flat

UNREAD = -100
"""Label of a token at which no word is read, which no loss counts."""


def tagged(tokenizer: Any, texts: Sequence[str], spans: Sequence[Sequence[Span]], tags: Sequence[str]) -> WindowRows:
    """Windows of texts; each word's tag stands at the one token at which it is read, so that no entity is lost.

    Args:
        tokenizer: From `load_tokenizer`.
        texts: At least one.
        spans: Their true entities, in characters.
        tags: Names of the tags, in the order of the model's outputs; the rows know them as `about`.
    """
    windows = cut_windows(tokenizer, texts)
    code = {name: place for place, name in enumerate(tags)}
    lengths = [len(ids) for ids in windows.columns["input_ids"]]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    labels = np.full(int(starts[-1]), UNREAD, dtype=np.int32)
    for words, places, entities in zip(windows.words, windows.places, spans, strict=True):
        for tag, (window, place) in zip(word_tags(words, entities), places, strict=True):
            if labels[starts[window] + place] == UNREAD:  # words that share a token: the first's
                labels[starts[window] + place] = code[tag]
    return WindowRows.of_windows(flat(windows.columns) | {"labels": labels}, lengths, windows.text, tuple(tags))


def word_tags(words: Sequence[tuple[int, int]], spans: Sequence[Span]) -> Iterator[str]:
    """The BIO tag of each word; of entities that overlap the first alone, and a word that one touches is its.

    >>> list(word_tags([(0, 3), (4, 6), (7, 8)], [Span(0, 6, "PER")]))
    ['B-PER', 'I-PER', 'O']
    """
    left = sorted(spans)
    inside: Span | None = None
    for start, end in words:
        while left and left[0].end <= start:
            left.pop(0)
        now = left[0] if left and left[0].start < end else None
        yield "O" if now is None else f"{'I' if now is inside else 'B'}-{now.type}"
        inside = now
