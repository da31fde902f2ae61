"""Find texts that repeat an earlier one: the same text, the same words, or nearly the same words."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from boletim.contracts.protocols import Progress, no_progress

_SHINGLE = 5
_MIN_WORDS = 10
_TENTHS = 9
"""Similarity from which texts are nearly the same, in tenths: whole numbers keep the comparison exact."""
_MARK = re.compile(r"[:;=]['-]?[()\[\]/\\|]|[^\w\s]")


def find_copies(texts: Sequence[str], progress: Progress = no_progress) -> tuple[np.ndarray, np.ndarray]:
    """For each text the place of the text it repeats.

    A text repeats an earlier one that is kept when both have the same words (case and punctuation aside; emoji and
    emoticons count) or, from ten words on, when their sets of word 5-shingles have a Jaccard similarity of 0.9 or
    more. A text that repeats is not kept, so no two kept texts repeat each other, and a text goes only for one that
    stays. The search is exact: no pair is missed, none is a guess.

    Args:
        texts: In order of precedence: of two copies the earlier is kept.
        progress: Told how far it is.

    Returns:
        `identical`, (n,) int64: place of the first text that is the same to the letter, a text's own when it is first.
        `kept`, (n,) int64: place of the kept text that it repeats, its own when it is kept itself.

    References:
        Broder (1997), On the resemblance and containment of documents (shingles); Chaudhuri, Ganti and Kaushik (2006),
        A primitive operator for similarity joins in data cleaning (prefix filter).
    """
    identical = _first_places(texts)
    keys = [same_words(text) for text in texts]
    kept = _first_places(keys)
    long = [i for i, key in enumerate(keys) if kept[i] == i and key.count(" ") >= _MIN_WORDS - 1]
    near = _near_places([keys[i] for i in long], progress)
    for i, place in zip(long, near, strict=True):
        kept[i] = long[place]
    return identical, kept[kept]


def copies_of(earlier: Sequence[str], texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
    """(n_texts,) bool: whether a text repeats, or nearly repeats, one of the earlier ones.

    Args:
        earlier: Such as the training texts.
        texts: Such as the test texts.
        progress: Told how far it is.
    """
    _, kept = find_copies([*earlier, *texts], progress)
    return np.asarray(kept[len(earlier) :] < len(earlier))


def same_words(text: str) -> str:
    """The words in lower case without punctuation: equal for texts that differ in case and punctuation alone."""
    return " ".join(_MARK.sub(_unless_punctuation, text.casefold()).split()) or text


def _unless_punctuation(match: re.Match[str]) -> str:
    mark = match.group()
    return " " if len(mark) == 1 and unicodedata.category(mark)[0] == "P" else f" {mark} "


def _first_places(texts: Sequence[str]) -> np.ndarray:
    seen: dict[str, int] = {}
    return np.asarray([seen.setdefault(text, i) for i, text in enumerate(texts)], dtype=np.int64)


def _near_places(keys: list[str], progress: Progress) -> list[int]:
    """For each key the place of the earliest kept one that is similar enough, or its own.

    Two sets of sizes a >= b with similarity t share at least t * a elements; so in one common order (rarest first) the
    first (1 - t) * a + 1 elements of either meet, and only texts that meet there need comparing.
    """
    sets = _shingle_sets(keys)
    meeting: dict[int, list[int]] = {}
    places = []
    for i, own in enumerate(sets):
        if i % 1000 == 0:
            progress("near duplicates", i, len(sets))
        n = len(own)
        prefix = own[: n - (_TENTHS * n + 9) // 10 + 1].tolist()
        rivals = sorted({rival for shingle in prefix for rival in meeting.get(shingle, ())})
        members = set(own.tolist()) if rivals else set()
        match = next((rival for rival in rivals if _is_similar(members, sets[rival])), None)
        if match is None:
            for shingle in prefix:
                meeting.setdefault(shingle, []).append(i)
        places.append(i if match is None else match)
    return places


def _is_similar(members: set[int], other: np.ndarray) -> bool:
    a, b = len(members), len(other)
    if 10 * min(a, b) < _TENTHS * max(a, b):
        return False
    n_both = len(members.intersection(other.tolist()))
    return 10 * n_both >= _TENTHS * (a + b - n_both)


def _shingle_sets(keys: list[str]) -> list[np.ndarray]:
    """Per key its distinct word 5-shingles as numbers, sorted; a rarer shingle has a smaller number."""
    if not keys:
        return []
    words = [key.split(" ") for key in keys]
    starts = np.cumsum([0, *(len(w) for w in words)])
    codes = pd.factorize(np.asarray([word for w in words for word in w], dtype=object))[0].astype(np.int64)
    shingles = codes
    for distance in range(1, _SHINGLE):  # number pairs (shingle so far, next word) until five words are one number
        pairs = shingles[: len(codes) - distance] * (codes.max() + 1) + codes[distance:]
        shingles = pd.factorize(pairs)[0].astype(np.int64)
    counts = np.bincount(shingles)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    return [np.unique(rank[shingles[a : b - _SHINGLE + 1]]) for a, b in pairwise(starts)]
