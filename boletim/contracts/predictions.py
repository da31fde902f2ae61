"""What a model said about each example of one split: the evidence every audit figure is computed from."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.atomic import write_with
from boletim.contracts.corpus import CLUSTER
from boletim.contracts.errors import DataError

SCORE_PREFIX = "score_"


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

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.gold)

    def save(self, path: Path) -> None:
        """Write `id, label, predicted`, one `score_<class>` per class, one column per group, as parquet."""
        names = np.asarray(self.labels, dtype=object)
        columns: dict[str, object] = {
            "id": [str(i) for i in self.ids],
            "label": names[self.gold],
            "predicted": names[self.predicted],
        }
        if self.scores is not None:
            columns |= {f"{SCORE_PREFIX}{label}": self.scores[:, i] for i, label in enumerate(self.labels)}
        if self.clusters is not None:
            columns[CLUSTER] = self.clusters
        clash = sorted(set(columns) & set(self.groups))
        if clash:
            raise DataError(f"group columns may not be called {clash}: these names are taken; rename the column")
        frame = pd.DataFrame(columns | self.groups)
        write_with(path, lambda temporary: frame.to_parquet(temporary, index=False))

    @classmethod
    def load(cls, path: Path, labels: tuple[str, ...], groups: tuple[str, ...]) -> "Predictions":
        """Read what `save` wrote."""
        frame = pd.read_parquet(path)
        place = {label: index for index, label in enumerate(labels)}
        score_columns = [f"{SCORE_PREFIX}{label}" for label in labels]
        has_scores = all(column in frame for column in score_columns)
        return cls(
            ids=frame["id"].to_numpy(dtype=object),
            gold=frame["label"].map(place).to_numpy(dtype=np.int64),
            predicted=frame["predicted"].map(place).to_numpy(dtype=np.int64),
            labels=labels,
            scores=frame[score_columns].to_numpy(dtype=np.float64) if has_scores else None,
            groups={
                name: frame[name].astype(object).where(frame[name].notna(), None).to_numpy(dtype=object)
                for name in groups
            },
            clusters=frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame and CLUSTER not in groups else None,
        )
