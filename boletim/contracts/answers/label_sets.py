"""What a model said about each example where an example has any number of labels: the evidence of such an audit."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from boletim.contracts.answers.columns import evidence_columns, read_evidence
from boletim.contracts.answers.name_order import in_order
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.files.atomic import write_with

MULTI_LABEL = "multi_label_classification"
"""Name of the task, in the configuration, in config.json of a model and in audit.json."""

THRESHOLD = 0.5
"""A label is predicted where its own probability reaches this."""


@dataclass(frozen=True)
class LabelSets:
    """One row per example, held as columns; a row without a true label is an example like any other."""

    ids: np.ndarray
    """(n,) object, the examples' ids."""
    gold: np.ndarray
    """(n, k) bool, whether the example has the label."""
    predicted: np.ndarray
    """(n, k) bool, whether the label is predicted."""
    labels: tuple[str, ...]
    scores: np.ndarray | None = None
    """(n, k) float64 in [0, 1], each label's own probability, or None when there are none."""
    groups: dict[str, np.ndarray] = field(default_factory=dict)
    """Per group column, (n,) object: the group's name, or None where it is missing."""
    clusters: np.ndarray | None = None
    """(n,) object, author or template of each example where some share one, else None."""

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.gold)

    def save(self, path: Path) -> None:
        """Write `id`, `label` and `predicted` as lists, one `score_<label>` per label, one column per group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        label, predicted = (_lists(held, self.labels) for held in (self.gold, self.predicted))
        table = pa.table(evidence_columns(self, label, predicted))
        write_with(path, lambda temporary: pq.write_table(table, temporary))

    @classmethod
    def load(cls, path: Path | BinaryIO, labels: tuple[str, ...], groups: tuple[str, ...]) -> "LabelSets":
        """Read what `save` wrote."""
        frame = pd.read_parquet(path)
        return cls(
            gold=membership(frame["label"], labels),
            predicted=membership(frame["predicted"], labels),
            **read_evidence(frame, labels, groups),
        )


def load_evidence(path: Path | BinaryIO, data: Mapping[str, Any]) -> Predictions | LabelSets:
    """Read predictions.parquet back.

    Args:
        path: The file or its content.
        data: `data` of the audit that was made of it, with `labels`, `groups` and, for label sets, `task`.
    """
    kind = LabelSets if data.get("task") == MULTI_LABEL else Predictions
    return kind.load(path, tuple(data["labels"]), tuple(data["groups"]))


def membership(sets: Iterable[Iterable[str]], labels: tuple[str, ...]) -> np.ndarray:
    """(n, k) bool: which labels each set holds.

    Raises:
        KeyError: A set holds what is no label.
    """
    place = {label: index for index, label in enumerate(labels)}
    listed = [list(one) for one in sets]
    held = np.zeros((len(listed), len(labels)), dtype=bool)
    rows = np.repeat(np.arange(len(listed)), [len(one) for one in listed])
    held[rows, np.array([place[name] for one in listed for name in one], dtype=np.int64)] = True
    return held


def write_labels(names: Iterable[str]) -> str:
    """A set of labels as one text: a JSON list, sorted, each once; equal sets give equal texts."""
    return json.dumps(sorted(set(names)), ensure_ascii=False)


def read_labels(text: str) -> tuple[str, ...]:
    """The labels that `write_labels` wrote."""
    return tuple(json.loads(text))


def names_of(label: str) -> tuple[str, ...]:
    """The labels of a row of a corpus: those of a set, or the one class that the row has."""
    return read_labels(label) if is_label_set(label) else (label,)


def label_names(rows: Iterable[str]) -> tuple[str, ...]:
    """Every label of some rows of a corpus: the order of a model's outputs."""
    return in_order(name for row in rows for name in names_of(row))


def is_label_set(label: str) -> bool:
    """Whether a text is one that `write_labels` wrote."""
    if not (label == "[]" or (label.startswith('["') and label.endswith('"]'))):
        return False
    try:
        return write_labels(read_labels(label)) == label
    except (ValueError, TypeError):
        return False


def _lists(held: np.ndarray, labels: tuple[str, ...]) -> Any:
    import pyarrow as pa

    offsets = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int32)
    names = pa.array(list(labels), type=pa.string()).take(pa.array(np.nonzero(held)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), names)
