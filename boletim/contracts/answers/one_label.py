"""What a model said about each example of one split: the evidence every audit figure is computed from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from boletim.contracts.answers.columns import evidence_columns, read_evidence
from boletim.contracts.corpus import WEIGHT
from boletim.contracts.files.atomic import write_with


@dataclass(frozen=True)
class Predictions:
    """One row per example, held as columns.

    Labels and predictions are indices into `labels`, so that every count is an array operation.
    """

    ids: np.ndarray
    """(n,) object, the examples' ids."""
    gold: np.ndarray
    """(n,) int64, index of the true class."""
    predicted: np.ndarray
    """(n,) int64, index of the predicted class."""
    labels: tuple[str, ...]
    scores: np.ndarray | None = None
    """(n, n_labels) float64 probabilities that sum to 1 in each row, or None when there are none."""
    groups: dict[str, np.ndarray] = field(default_factory=dict)
    """Per group column, (n,) object: the group's name, or None where it is missing."""
    clusters: np.ndarray | None = None
    """(n,) object, author or template of each example where some share one, else None."""
    weights: np.ndarray | None = None
    """(n,) float64 above 0, how many of the population each example stands for; None where all count the same."""

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.gold)

    def save(self, path: Path) -> None:
        """Write `id, label, predicted`, one `score_<class>` per class, one column per group, as parquet."""

        def fill(temporary: Path) -> None:
            with PredictionsWriter(temporary) as writer:
                writer.add(self)

        write_with(path, fill)

    @classmethod
    def load(cls, path: Path | BinaryIO, labels: tuple[str, ...], groups: tuple[str, ...]) -> "Predictions":
        """Read what `save` wrote.

        Raises:
            ValueError: A row has a label that is none of these.
        """
        frame = pd.read_parquet(path)
        place = {label: index for index, label in enumerate(labels)}
        gold, predicted = (frame[column].map(place) for column in ("label", "predicted"))
        if gold.isna().any() or predicted.isna().any():
            raise ValueError("a row has a label that the audit has not")
        return cls(
            gold=gold.to_numpy(dtype=np.int64),
            predicted=predicted.to_numpy(dtype=np.int64),
            weights=frame[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in frame and WEIGHT not in groups else None,
            **read_evidence(frame, labels, groups),
        )


class PredictionsWriter:
    """Writes predictions in as many batches as there are; `Predictions.load` reads them back as one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def __enter__(self) -> "PredictionsWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, batch: Predictions) -> None:
        """Write one batch; each has the same columns.

        Raises:
            DataError: A group column is called like one that is always there.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        names = pa.array(list(batch.labels), type=pa.string())
        label, predicted = (names.take(pa.array(codes)) for codes in (batch.gold, batch.predicted))
        table = pa.table(evidence_columns(batch, label, predicted, batch.weights))
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema)
        self._writer.write_table(table)
