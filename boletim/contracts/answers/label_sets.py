"""Each example has any number of labels, and any number of them is predicted."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from boletim.contracts.answers.spans import is_span_text, read_spans
from boletim.contracts.examples import Answers
from boletim.contracts.name_order import in_order
from boletim.contracts.record import Record

MULTI_LABEL = "multi_label_classification"
"""Name of the task, in the configuration and in config.json of a model."""

SEPARATOR = "|"
"""Between the labels of a cell that is a text."""

THRESHOLD = 0.5
"""A label is predicted where its own probability reaches this."""


class LabelCounts(Record):
    """Examples by one label."""

    hits: int
    missed: int
    in_vain: int
    """Predicted and not true."""
    rest: int


class LabelSetFacts(Record):
    """Counts behind the figures of sets of labels."""

    counts: tuple[LabelCounts, ...] = ()
    """One per label."""
    per_example_gold: float = 0.0
    """Mean number of true labels."""
    per_example_predicted: float = 0.0
    n_without_gold: int = 0
    """Examples without a true label."""
    n_without_predicted: int = 0


@dataclass(frozen=True)
class LabelSets(Answers):
    """True and predicted labels are (n, k) bool; a row without a true label is an example like any other.

    Scores are each label's own probability, in [0, 1].
    """

    kind: ClassVar[str] = "label_sets"
    task: ClassVar[str] = MULTI_LABEL
    facts: ClassVar[type[Record]] = LabelSetFacts

    @classmethod
    def read(cls, column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """Which labels the lists of a column hold.

        Raises:
            KeyError: A list holds what is no label.
        """
        return membership(column, labels)

    def written(self, held: np.ndarray) -> Any:
        """The names, as lists."""
        import pyarrow as pa

        offsets = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int32)
        names = pa.array(list(self.labels), type=pa.string()).take(pa.array(np.nonzero(held)[1]))
        return pa.ListArray.from_arrays(pa.array(offsets), names)

    @classmethod
    def of_corpus(cls, rows: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """Which labels the rows hold."""
        return membership([names_of(row) for row in rows], labels)

    @classmethod
    def cells(cls, scores: np.ndarray, labels: tuple[str, ...], thresholds: Sequence[float] | None) -> list[Any]:
        """The labels whose score reaches their threshold, or one half."""
        is_held = scores >= (THRESHOLD if thresholds is None else np.array(thresholds))
        return [[labels[index] for index in np.flatnonzero(row)] for row in is_held]

    @classmethod
    def in_text(cls, cell: Any) -> str:
        """Labels with a bar between them, as they are read back."""
        return SEPARATOR.join(cell)

    @classmethod
    def decided(cls, scores: np.ndarray) -> np.ndarray:
        """Each label from one half on."""
        return np.asarray(scores >= THRESHOLD)


ANSWERS = LabelSets


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
    """The labels of a row of a corpus: those of a set, the types of its entities, or the one class that it has."""
    if is_span_text(label):
        return tuple(sorted({span.type for span in read_spans(label)}))
    return read_labels(label) if is_label_set(label) else (label,)


def holds_several(label: str) -> bool:
    """Whether a row of a corpus may have any number of labels."""
    return is_span_text(label) or is_label_set(label)


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
