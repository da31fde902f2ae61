"""Each example is of one class, and one class is predicted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from boletim.contracts.examples import Answers
from boletim.contracts.record import Record


class Point(Record):
    """One bin of a reliability curve."""

    confidence: float
    """Mean probability of the predicted class."""
    accuracy: float
    low: float
    high: float
    n: int


class ScoreBins(Record):
    """How fine the bins of scores are where figures come from them and not from the scores."""

    n_bins: int
    auc_off_by: float
    """At most, that an AUC differs for it."""


class OneLabelFacts(Record):
    """Counts behind the figures of one label per example."""

    confusion: tuple[tuple[int, ...], ...] = ()
    """Rows are true classes."""
    reliability: tuple[Point, ...] = ()
    reliability_by_group: dict[str, dict[str, tuple[Point, ...]]] = {}
    """By column and group."""
    bins: ScoreBins | None = None


@dataclass(frozen=True)
class Predictions(Answers):
    """Labels and predictions are (n,) int64, indices into `labels`, so that every count is an array operation.

    Scores are probabilities that sum to 1 in each row.
    """

    kind: ClassVar[str] = "one_label"
    task: ClassVar[str] = "text_classification"
    facts: ClassVar[type[Record]] = OneLabelFacts
    takes_weights: ClassVar[bool] = True

    @classmethod
    def read(cls, column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """Indices of the names of a column.

        Raises:
            ValueError: A row has a name that is no label.
        """
        codes = column.map({label: index for index, label in enumerate(labels)})
        if codes.isna().any():
            raise ValueError("a row has a label that the audit has not")
        return codes.to_numpy(dtype=np.int64)

    def written(self, held: np.ndarray) -> Any:
        """The names, as texts."""
        import pyarrow as pa

        return pa.array(list(self.labels), type=pa.string()).take(pa.array(held))

    @classmethod
    def of_corpus(cls, rows: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """Indices of the classes."""
        return np.asarray(rows.map({label: index for index, label in enumerate(labels)}).to_numpy(dtype=np.int64))

    @classmethod
    def cells(cls, scores: np.ndarray, labels: tuple[str, ...], thresholds: Sequence[float] | None) -> list[Any]:
        """The class with the highest score."""
        return [labels[index] for index in scores.argmax(axis=1)]

    @classmethod
    def decided(cls, scores: np.ndarray) -> np.ndarray:
        """The class with the highest score."""
        return np.asarray(scores.argmax(axis=1).astype(np.int64))


ANSWERS = Predictions
