"""Token ids of many texts, whole or in windows, in little memory, as the Trainer reads them."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Self

import numpy as np

WEIGHT = "weight"
"""Key of a row's weight, where it has one."""


class TokenRows:
    """Rows of unpadded token ids with their labels: flat int32 arrays and where each row begins.

    Four bytes a token instead of Python's thirty-six, and a row in microseconds: the Trainer asks for every row's
    length again at each evaluation, which on an Arrow table takes longer than a small model's training.
    """

    def __init__(
        self,
        columns: Mapping[str, np.ndarray],
        starts: np.ndarray,
        labels: np.ndarray,
        weights: np.ndarray | None = None,
    ) -> None:
        """Take the arrays as they are.

        Args:
            columns: Each (n_tokens,) int32: input_ids, attention_mask and, where the model has them, token_type_ids.
            starts: (n_rows + 1,) int64, where each row begins, and the end.
            labels: (n_rows,) int64 classes, or (n_rows, n_labels) float32 where a row has any number of labels.
            weights: (n_rows,) how much each row counts in training, or (n_rows, n_labels) each of its labels; None
                where all count the same.
        """
        self._columns = dict(columns)
        self._starts = starts
        self._labels = labels
        self._weights = weights

    @classmethod
    def joined(cls, chunks: Sequence[Mapping[str, list[list[int]]]], labels: Sequence[int] | np.ndarray) -> "TokenRows":
        """From what `encode` gave for one chunk of texts after another."""
        lengths = [len(ids) for chunk in chunks for ids in chunk["input_ids"]]
        columns = {
            name: np.concatenate([np.fromiter((i for ids in c[name] for i in ids), np.int32) for c in chunks])
            for name in chunks[0]
        }
        return cls(columns, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), _as_array(labels))

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, row: int) -> dict[str, Any]:
        begin, end = self._starts[row], self._starts[row + 1]
        inputs: dict[str, Any] = {name: flat[begin:end].tolist() for name, flat in self._columns.items()}
        weight = {} if self._weights is None else {WEIGHT: self._weights[row].tolist()}
        return inputs | {"labels": self._labels[row].tolist()} | weight

    def longest_first(self) -> np.ndarray:
        """(n_rows,) int64, the rows from the longest to the shortest, equals in their order."""
        return np.argsort(-np.diff(self._starts), kind="stable")

    def select(self, rows: np.ndarray) -> "TokenRows":
        """Some of the rows, in the order given."""
        lengths = np.diff(self._starts)[rows]
        ranges = [np.arange(self._starts[row], self._starts[row + 1]) for row in rows]
        places = np.concatenate(ranges) if ranges else np.empty(0, dtype=np.int64)
        columns = {name: flat[places] for name, flat in self._columns.items()}
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        weights = None if self._weights is None else self._weights[rows]
        return type(self)(columns, starts, self._labels[rows], weights)

    def of_texts(self, texts: np.ndarray) -> "TokenRows":
        """The rows of some texts, each of which is one row here."""
        return self.select(texts)

    def followed_by(self, others: "TokenRows") -> "TokenRows":
        """These rows and then others, of the same model and without weights."""
        columns = {name: np.concatenate([flat, others._columns[name]]) for name, flat in self._columns.items()}
        starts = np.concatenate([self._starts, self._starts[-1] + others._starts[1:]])
        return TokenRows(columns, starts, np.concatenate([self._labels, others._labels]))

    def weighted(self, weights: np.ndarray) -> "TokenRows":
        """The same rows with weights, as the constructor takes them, which come as `weight` with each."""
        return TokenRows(self._columns, self._starts, self._labels, weights)


class WindowRows(TokenRows):
    """Rows are windows; what `TokenRows` calls a row's label is here its place among all windows of the split."""

    texts: np.ndarray
    """(n_windows of the split,) int64, the text of each."""
    about: Any
    """What is known of all texts of the split, whichever rows these are."""

    @classmethod
    def of_windows(
        cls, columns: Mapping[str, np.ndarray], lengths: Sequence[int], texts: np.ndarray, about: Any
    ) -> Self:
        """All windows of a split.

        Args:
            columns: Token ids and the like, each (n_tokens of all windows,) int32.
            lengths: (n_windows,) tokens of each.
            texts: (n_windows,) int64.
            about: What is known of all texts.
        """
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = cls(columns, starts, np.arange(len(lengths), dtype=np.int64))
        rows.texts, rows.about = texts, about
        return rows

    def __getitem__(self, row: int) -> dict[str, Any]:
        begin, end = self._starts[row], self._starts[row + 1]
        return {name: flat[begin:end].tolist() for name, flat in self._columns.items()}

    @property
    def windows(self) -> np.ndarray:
        """(n_rows,) int64, the place of each row among all windows of the split."""
        return self._labels

    def select(self, rows: np.ndarray) -> Self:
        """Some of the windows, in the order given."""
        chosen = super().select(rows)
        assert isinstance(chosen, type(self))
        chosen.texts, chosen.about = self.texts, self.about
        return chosen

    def of_texts(self, texts: np.ndarray) -> Self:
        """The windows of some texts."""
        return self.select(np.flatnonzero(np.isin(self.texts[self.windows], texts)))

    def by_text(self) -> list[np.ndarray]:
        """Per text that is there the places of its rows, windows in their order; texts in the order of the split."""
        order = np.argsort(self.windows, kind="stable")
        texts = self.texts[self.windows[order]]
        return np.split(order, np.flatnonzero(np.diff(texts)) + 1)


def flat(columns: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, np.ndarray]:
    """Lists of windows as one int32 array for each column."""
    return {name: np.fromiter(chain.from_iterable(column), np.int32) for name, column in columns.items()}


def _as_array(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    return labels if isinstance(labels, np.ndarray) and labels.ndim == 2 else np.asarray(labels, np.int64)
