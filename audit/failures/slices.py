"""Slices that a search for failures looks at: groups and their crossings, lengths, words, bands of confidence."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from boletim.contracts.examples import Examples
from boletim.contracts.results.failures import SliceKind

_WORD = re.compile(r"[^\W\d_]{2,}")
_BANDS = 5
_MOST_WORDS = 2_000


@dataclass(frozen=True)
class Slice:
    """Some of the examples, and what they share."""

    kind: SliceKind
    name: str
    values: dict[str, str | float | int]
    rows: np.ndarray
    """(n_slice,) int64, places of its examples, increasing."""
    is_lowest: bool = False
    """Of a band: whether every other example lies above it."""


def candidate_slices(
    examples: Examples, confidence: np.ndarray | None, texts: Sequence[str] | None, depth: int
) -> Iterator[Slice]:
    """All slices that can be named, each with at most half of the examples.

    What an example's label or prediction is plays no part, so a slice may be judged on any examples.

    Args:
        examples: Of any kind.
        confidence: (n,) how sure each answer is; None without scores.
        texts: (n,) their texts, or None: then there are no lengths and words.
        depth: How many group columns are crossed at most, 1 or 2.
    """
    most = examples.n // 2
    for made in _all(examples, confidence, texts, depth):
        if 0 < len(made.rows) <= most:
            yield made


def _all(examples: Examples, confidence: np.ndarray | None, texts: Sequence[str] | None, depth: int) -> Iterator[Slice]:
    yield from _groups(examples, depth)
    if confidence is not None:
        yield from _bands("confidence", confidence)
    if texts is not None:
        yield from _bands("length", np.array([len(text.split()) for text in texts], dtype=np.float64))
        yield from _words(texts)


def _groups(examples: Examples, depth: int) -> Iterator[Slice]:
    for size in range(1, depth + 1):
        for columns in combinations(examples.groups, size):
            frame = pd.DataFrame({column: examples.groups[column] for column in columns}, dtype=object).dropna()
            for values, rows in frame.groupby(list(columns), sort=True).indices.items():
                named = values if isinstance(values, tuple) else (values,)
                name = ", ".join(f"{column} = {value}" for column, value in zip(columns, named, strict=True))
                yield Slice("group", name, {"group": name}, frame.index.to_numpy()[np.sort(rows)])


def _bands(kind: SliceKind, numbers: np.ndarray) -> Iterator[Slice]:
    """Fifths, from the smallest; equal numbers stay together, so that there may be fewer."""
    edges = np.unique(np.quantile(numbers, np.arange(1, _BANDS + 1) / _BANDS, method="inverted_cdf"))
    for low, high in pairwise([-np.inf, *edges]):
        rows = np.flatnonzero((numbers > low) & (numbers <= high))
        least, most = float(numbers[rows].min()), float(numbers[rows].max())
        if kind == "length":
            name = f"{int(least)} to {int(most)} words" if least < most else f"{int(least)} words"
            yield Slice(kind, name, {"low": int(least), "high": int(most)}, rows)
        else:
            name = f"confidence {least:.2f} to {most:.2f}"
            yield Slice(kind, name, {"low": round(least, 4), "high": round(most, 4)}, rows, is_lowest=low == -np.inf)


def _words(texts: Sequence[str]) -> Iterator[Slice]:
    """The two thousand words that most texts hold."""
    holders: dict[str, array[int]] = defaultdict(lambda: array("q"))
    for row, text in enumerate(texts):
        for word in set(_WORD.findall(text.casefold())):
            holders[word].append(row)
    for word in sorted(holders, key=lambda word: (-len(holders[word]), word))[:_MOST_WORDS]:
        yield Slice("word", f'word "{word}"', {"word": word}, np.array(holders[word], dtype=np.int64))
