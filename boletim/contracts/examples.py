"""What was asked and answered, whatever the kind of answer, and the file that holds it; kinds lie in `answers/`."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Self

import numpy as np
import pandas as pd

from boletim.contracts.corpus import CLUSTER, ID, LABEL, WEIGHT
from boletim.contracts.errors import DataError, InputError, RuleError
from boletim.contracts.files.atomic import write_with
from boletim.contracts.record import Record
from boletim.contracts.registry import find_plugin, plugin_names

SCORE_PREFIX = "score_"
_KIND = b"boletim:kind"
"""Key of the kind of answer in the metadata of predictions.parquet."""
_ABOUT = b"boletim:about"
"""Key of what a kind says of all rows."""
_ROWS_COUNTED = 10_000


@dataclass(frozen=True)
class Examples:
    """One row per example, held as columns."""

    ids: np.ndarray
    """(n,) object, the examples' ids."""
    groups: dict[str, np.ndarray] = field(default_factory=dict, kw_only=True)
    """Per group column, (n,) object: the group's name, or None where it is missing."""
    clusters: np.ndarray | None = field(default=None, kw_only=True)
    """(n,) object, author or template of each example where some share one, else None."""
    weights: np.ndarray | None = field(default=None, kw_only=True)
    """(n,) float64 above 0, how many of the population each example stands for; None where all count the same."""

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.ids)


class OwnFacts(Record):
    """Facts of a kind of answer that puts another figure first than the share of right answers."""

    @property
    def chief(self) -> str:
        """Metric of all examples that the card puts first."""
        return "accuracy"

    @property
    def beside(self) -> tuple[str, ...]:
        """Metrics that stand beside it on page one."""
        return ()


@dataclass(frozen=True)
class Answers(Examples, ABC):
    """Examples with what is true and what a model said; a kind says in which form."""

    kind: ClassVar[str]
    """Name of the kind of answer, stored beside the answers and in audit.json."""
    task: ClassVar[str] = ""
    """Task whose answers these are, where the kind is that of a task."""
    pipeline: ClassVar[str] = "text-classification"
    """What the Hugging Face hub calls the task."""
    facts: ClassVar[type[Record]]
    """What an audit of this kind counts and the card draws."""
    takes_weights: ClassVar[bool] = False
    """Whether an audit of this kind allows for sampling weights."""
    in_two_files: ClassVar[bool] = False
    """Whether what is true may lie in another file than the predictions."""
    has_class_scores: ClassVar[bool] = True
    """Whether a model gives each text a score for each of a few classes; otherwise it finds places in the text."""
    usual_text: ClassVar[str] = ""
    """Column of the texts where none is named; empty where one must be."""
    usual_probes: ClassVar[tuple[str, ...]] = ("gender_profession", "pronoun_swap")
    """Probes of a model that gives these answers, where none are named; one that cannot be run says so on the card."""
    holds_texts: ClassVar[bool] = False
    """Whether a file of these answers holds what people wrote, so that it is not handed round with a card."""

    gold: np.ndarray
    """(n, ...) what is true."""
    predicted: np.ndarray
    """(n, ...) what the model said, as `gold`."""
    labels: tuple[str, ...]
    """Names of the classes, labels or types."""
    scores: np.ndarray | None = None
    """(n, n_labels) float64 in [0, 1], or None when there are none."""

    @classmethod
    @abstractmethod
    def read(cls, column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """The form of `gold` from a column of a file.

        Raises:
            LookupError: The column holds what is no label.
        """

    @abstractmethod
    def written(self, held: np.ndarray) -> Any:
        """A column of a file, in Arrow's types, from the form of `gold`."""

    @classmethod
    def of_corpus(cls, rows: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """The form of `gold` from the labels of a corpus.

        Raises:
            InputError: Answers of this kind come with predictions alone.
        """
        raise _predictions_alone(cls)

    @classmethod
    def decided(cls, scores: np.ndarray) -> np.ndarray:
        """The form of `predicted` from scores (n, n_labels).

        Raises:
            InputError: Answers of this kind come with predictions alone.
        """
        raise _predictions_alone(cls)

    @classmethod
    def score_columns(cls, labels: tuple[str, ...]) -> list[str]:
        """The columns of a file in which scores stand; none where a kind has no scores."""
        return [f"{SCORE_PREFIX}{label}" for label in labels]

    @classmethod
    def score_cells(cls, scores: np.ndarray) -> Any:
        """What these columns hold of new texts, from scores as a model gives them."""
        return scores

    @classmethod
    def cells(cls, scores: np.ndarray, labels: tuple[str, ...], thresholds: Sequence[float] | None) -> list[Any]:
        """What the column `predicted` holds of new texts; a cell that is a list or mapping is JSON in csv.

        Args:
            scores: As a model gives them, (n, ...).
            labels: Of the model.
            thresholds: From which score on each label is predicted, where the audit chose them.

        Raises:
            InputError: Answers of this kind come with predictions alone.
        """
        raise _predictions_alone(cls)

    @classmethod
    def in_text(cls, cell: Any) -> str:
        """Such a cell where a file holds texts alone."""
        return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)

    @classmethod
    def of_scores(
        cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...], scores: np.ndarray
    ) -> Self:
        """What scores (n, n_labels) say of the rows of a corpus."""
        return cls(
            ids=frame[ID].to_numpy(dtype=object),
            gold=cls.of_corpus(frame[LABEL], labels),
            predicted=cls.decided(scores),
            labels=labels,
            scores=scores,
            groups=group_columns(frame, groups),
            clusters=frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame else None,
            weights=frame[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in frame else None,
        )

    @classmethod
    def made_up(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """Some answers to the rows of a corpus, to see which measures an audit of them has."""
        scores = np.random.default_rng(0).dirichlet(np.ones(len(labels)), len(frame))
        return cls.of_scores(frame, labels, groups, scores)

    def in_language(self, language: str) -> Self:
        """The same, where it makes a difference which language the texts are in."""
        return self

    def about(self) -> dict[str, Any]:
        """What holds for all rows and is kept in the file beside them."""
        return {}

    def with_about(self, about: Mapping[str, Any]) -> Self:
        """The same with what `about` said of it."""
        return self

    def save(self, path: Path) -> None:
        """Write `id, label, predicted`, one `score_<label>` per label, one column per group, as parquet."""

        def fill(temporary: Path) -> None:
            with AnswersWriter(temporary) as writer:
                writer.add(self)

        write_with(path, fill)

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """Read back what `save` wrote."""
        score_columns = cls.score_columns(labels)
        has_scores = bool(labels) and all(column in frame for column in score_columns)
        return cls(
            ids=frame["id"].to_numpy(dtype=object),
            gold=cls.read(frame["label"], labels),
            predicted=cls.read(frame["predicted"], labels),
            labels=labels,
            scores=frame[score_columns].to_numpy(dtype=np.float64) if has_scores else None,
            groups=group_columns(frame, groups),
            clusters=frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame and CLUSTER not in groups else None,
            weights=frame[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in frame and WEIGHT not in groups else None,
        )

    def columns(self) -> dict[str, Any]:
        """Columns by name, for pyarrow.

        Raises:
            DataError: A group column is called like one that is always there.
        """
        import pyarrow as pa

        columns: dict[str, Any] = {
            "id": pa.array([str(i) for i in self.ids], type=pa.string()),
            "label": self.written(self.gold),
            "predicted": self.written(self.predicted),
        }
        if self.scores is not None:
            columns |= {f"{SCORE_PREFIX}{name}": pa.array(self.scores[:, i]) for i, name in enumerate(self.labels)}
        if self.clusters is not None:
            columns[CLUSTER] = _text_column(self.clusters)
        if self.weights is not None:
            columns[WEIGHT] = pa.array(self.weights)
        clash = sorted(set(columns) & set(self.groups))
        if clash:
            raise DataError("groups_taken", clash=clash)
        return columns | {name: _text_column(values) for name, values in self.groups.items()}


class AnswersWriter:
    """Writes answers in as many batches as there are; `load_answers` reads them back as one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        """Of the file."""
        self._writer: Any = None

    def __enter__(self) -> "AnswersWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, batch: Answers) -> None:
        """Write one batch; each is of one kind and has the same columns.

        Raises:
            DataError: A group column is called like one that is always there.
        """
        self.add_table(as_table(batch))

    def add_table(self, table: Any) -> None:
        """Write one batch that `as_table` made."""
        import pyarrow.parquet as pq

        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema, use_dictionary=_repeating(table))
        self._writer.write_table(table)


def as_table(batch: Answers) -> Any:
    """The rows of a file as an Arrow table, which says the kind of answer and what holds for all rows.

    Raises:
        DataError: A group column is called like one that is always there.
    """
    import pyarrow as pa

    about = {_ABOUT: json.dumps(held, sort_keys=True).encode()} if (held := batch.about()) else {}
    return pa.table(batch.columns()).replace_schema_metadata({_KIND: batch.kind.encode(), **about})


def _repeating(table: Any) -> list[str] | bool:
    """Columns that are shorter with a dictionary, in which most cells stand more than once; True for all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if any(pa.types.is_nested(field.type) for field in table.schema):
        return True
    first = table.slice(0, _ROWS_COUNTED)
    return [name for name in first.column_names if 2 * pc.count_distinct(first[name]).as_py() < first.num_rows]


def _predictions_alone(cls: type[Answers]) -> InputError:
    return InputError("answers_without_model", kind=cls.kind)


def answers_class(kind: str) -> type[Answers]:
    """The class that holds answers of a kind.

    Raises:
        InputError: There is no such kind; the known ones are listed.
    """
    found: type[Answers] = find_plugin("answers", kind)
    return found


def kinds_by_task() -> dict[str, str]:
    """The kind of answer of each task that has one of its own."""
    found = {answers_class(kind).task: kind for kind in plugin_names("answers")}
    return {task: kind for task, kind in found.items() if task}


def load_answers(source: Path | BinaryIO, labels: Sequence[str], groups: Iterable[str]) -> Answers:
    """Read predictions.parquet back, as the kind that it says it holds.

    Args:
        source: The file or its content.
        labels: Those of the audit that was made of it, in its order.
        groups: Its group columns.

    Raises:
        ValueError: It does not say its kind, or a row has a label that the audit has not.
        LookupError: A column or a label is not there.
    """
    import pyarrow.parquet as pq

    table = pq.read_table(source)
    kind = (table.schema.metadata or {}).get(_KIND)
    if kind is None:
        raise RuleError("kind_not_said")
    about = json.loads((table.schema.metadata or {}).get(_ABOUT, b"{}"))
    return answers_class(kind.decode()).of_frame(table.to_pandas(), tuple(labels), tuple(groups)).with_about(about)


def group_columns(frame: pd.DataFrame, groups: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Per group column, (n,) object: the group's name, or None where it is missing."""
    return {name: frame[name].astype(object).where(frame[name].notna(), None).to_numpy(dtype=object) for name in groups}


def _text_column(values: np.ndarray) -> Any:
    """Group names or clusters as a column of texts, or of lists of them; None where missing."""
    import pyarrow as pa

    found = pa.array(values, from_pandas=True)
    if pa.types.is_list(found.type):
        return found.cast(pa.list_(pa.string()))
    return found if pa.types.is_string(found.type) else found.cast(pa.string())
