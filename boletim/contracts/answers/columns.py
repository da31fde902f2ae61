"""The columns that predictions.parquet has whether an example has one label or any number of them."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from boletim.contracts.corpus import CLUSTER, WEIGHT
from boletim.contracts.errors import DataError

SCORE_PREFIX = "score_"


class Evidence(Protocol):
    """What both kinds of predictions hold."""

    @property
    def ids(self) -> np.ndarray:
        """(n,) object."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes or labels."""

    @property
    def scores(self) -> np.ndarray | None:
        """(n, n_labels) float64."""

    @property
    def groups(self) -> dict[str, np.ndarray]:
        """Per group column, (n,) object."""

    @property
    def clusters(self) -> np.ndarray | None:
        """(n,) object."""


def evidence_columns(found: Evidence, label: Any, predicted: Any, weights: np.ndarray | None = None) -> dict[str, Any]:
    """Columns by name, for pyarrow.

    Args:
        found: Whose ids, scores, clusters and groups are written.
        label: The column of true labels.
        predicted: That of predicted ones.
        weights: (n,) sampling weights, or None.

    Raises:
        DataError: A group column is called like one that is always there.
    """
    import pyarrow as pa

    columns: dict[str, Any] = {
        "id": pa.array([str(i) for i in found.ids], type=pa.string()),
        "label": label,
        "predicted": predicted,
    }
    if found.scores is not None:
        columns |= {f"{SCORE_PREFIX}{name}": pa.array(found.scores[:, i]) for i, name in enumerate(found.labels)}
    if found.clusters is not None:
        columns[CLUSTER] = _text_column(found.clusters)
    if weights is not None:
        columns[WEIGHT] = pa.array(weights)
    clash = sorted(set(columns) & set(found.groups))
    if clash:
        raise DataError(f"group columns may not be called {clash}: these names are taken; rename the column")
    return columns | {name: _text_column(values) for name, values in found.groups.items()}


def read_evidence(frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Mapping[str, Any]:
    """What `evidence_columns` wrote, by the names of the fields that hold it; all but true and predicted labels."""
    score_columns = [f"{SCORE_PREFIX}{label}" for label in labels]
    has_scores = all(column in frame for column in score_columns)
    return {
        "ids": frame["id"].to_numpy(dtype=object),
        "labels": labels,
        "scores": frame[score_columns].to_numpy(dtype=np.float64) if has_scores else None,
        "groups": group_columns(frame, groups),
        "clusters": frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame and CLUSTER not in groups else None,
    }


def group_columns(frame: pd.DataFrame, groups: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Per group column, (n,) object: the group's name, or None where it is missing."""
    return {name: frame[name].astype(object).where(frame[name].notna(), None).to_numpy(dtype=object) for name in groups}


def _text_column(values: np.ndarray) -> Any:
    """Group names or clusters as a column of texts; None where missing."""
    import pyarrow as pa

    found = pa.array(values, from_pandas=True)
    return found if pa.types.is_string(found.type) else found.cast(pa.string())
