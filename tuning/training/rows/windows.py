"""Windows of texts as the Trainer reads them."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Self

import numpy as np

from boletim.tuning.training.rows.tokens import TokenRows


def flat(columns: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, np.ndarray]:
    """Lists of windows as one int32 array for each column."""
    return {name: np.fromiter(chain.from_iterable(column), np.int32) for name, column in columns.items()}


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
