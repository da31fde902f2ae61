"""Each text holds any number of entities: stretches of it, each of a type."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import pandas as pd

from boletim.contracts.corpus import CLUSTER, ID, LABEL
from boletim.contracts.examples import Answers, OwnFacts, group_columns
from boletim.contracts.record import Record

TOKEN_CLASSIFICATION = "token_classification"
"""Name of the task, in the configuration."""


class Span(NamedTuple):
    """One entity."""

    start: int
    """Its first character, or its first token where the text is not known."""
    end: int
    """The one after its last."""
    type: str
    is_repaired: bool = False
    """Its first tag was not one that opens an entity, and conlleval's rule opened it there."""

    @property
    def key(self) -> tuple[int, int, str]:
        """Where it is and of which type: what must agree exactly."""
        return self[:3]


class TypeCounts(Record):
    """Entities of one type."""

    gold: int
    predicted: int
    hits: int
    wrong_type: int
    """True ones whose exact stretch was predicted as another type."""
    boundary: int
    """True ones that a prediction of their type touches and does not match."""
    wrong_both: int
    """True ones that only predictions of other types touch."""
    missed: int
    """True ones that no prediction touches."""
    spurious: int
    """Predicted ones that touch no true one."""


class SpanFacts(OwnFacts):
    """Counts behind the figures of entities."""

    types: tuple[TypeCounts, ...] = ()
    """One per type."""
    n_clusters: int = 0
    has_documents: bool = False
    """Whether some texts share a document; otherwise each text is a cluster of its own."""
    names_clusters: bool = False
    """Whether clusters are called otherwise than their texts, as by an author, though each may have one text alone."""
    n_repaired_gold: int = 0
    n_repaired_predicted: int = 0
    entity_columns: tuple[str, ...] = ()
    """Group columns that say something of each entity and not of its text."""

    @property
    def chief(self) -> str:
        """Metric of all examples that the card puts first."""
        return "recall_micro"

    @property
    def beside(self) -> tuple[str, ...]:
        """Metrics that stand beside it on page one."""
        return ("precision_micro",)


@dataclass(frozen=True)
class Spans(Answers):
    """True and predicted entities are (n,) object, a tuple of `Span` per text; `labels` are the types.

    A group column holds one name per text, or per text a tuple with the name of each true entity's group, in order.
    """

    texts: Sequence[str] | None = field(default=None, kw_only=True, compare=False)
    """(n,) the texts, where the file of predictions has them; they are not stored with the answers."""
    kind: ClassVar[str] = "spans"
    task: ClassVar[str] = TOKEN_CLASSIFICATION
    pipeline: ClassVar[str] = "token-classification"
    has_class_scores: ClassVar[bool] = False
    facts: ClassVar[type[Record]] = SpanFacts
    usual_probes: ClassVar[tuple[str, ...]] = ("ner_names", "ner_name_swap", "ner_profession")

    def __post_init__(self) -> None:
        """Where nobody says which texts share a document, each is a cluster of its own."""
        if self.clusters is None:
            object.__setattr__(self, "clusters", self.ids)

    @classmethod
    def read(cls, column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """The entities that the lists of a column hold.

        Raises:
            KeyError: A list holds an entity of no type.
        """
        known = dict.fromkeys(labels)
        found = [[Span(**entity) for entity in cell] for cell in column]
        for span in (span for spans in found for span in spans):
            known[span.type]
        return as_column(map(tuple, found))

    def written(self, held: np.ndarray) -> Any:
        """Lists of starts, ends and types."""
        import pyarrow as pa

        fields = [("start", pa.int64()), ("end", pa.int64()), ("type", pa.string()), ("is_repaired", pa.bool_())]
        return pa.array([[span._asdict() for span in spans] for spans in held], type=pa.list_(pa.struct(fields)))

    @classmethod
    def of_scores(
        cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...], scores: np.ndarray
    ) -> Self:
        """What a model said, (n,) object with a tuple of `Span` per text, of the rows of a corpus."""
        return cls(
            ids=frame[ID].to_numpy(dtype=object),
            gold=as_column(read_spans(text) for text in frame[LABEL]),
            predicted=scores,
            labels=labels,
            groups={name: _decoded(values) for name, values in group_columns(frame, groups).items()},
            clusters=frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame else None,
        )

    @classmethod
    def score_columns(cls, labels: tuple[str, ...]) -> list[str]:
        """Entities have none."""
        return []

    @classmethod
    def cells(cls, scores: np.ndarray, labels: tuple[str, ...], thresholds: Sequence[float] | None) -> list[Any]:
        """Each text's entities as `boletim audit` reads them."""
        return [[{"start": one.start, "end": one.end, "label": one.type} for one in spans] for spans in scores]

    @classmethod
    def made_up(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """The true entities as if they were predicted."""
        return cls.of_scores(frame, labels, groups, as_column(read_spans(text) for text in frame[LABEL]))

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """Read back what `save` wrote."""
        found = super().of_frame(frame, labels, groups)
        return replace(found, groups={name: _hashable(values) for name, values in found.groups.items()})


ANSWERS = Spans
_KEY, _GROUPS = "entities", "entities: "


def as_column(cells: Iterable[Any]) -> np.ndarray:
    """(n,) object: cells that are sequences themselves."""
    listed = list(cells)
    column = np.empty(len(listed), dtype=object)
    for place, cell in enumerate(listed):
        column[place] = cell
    return column


def is_of_entities(values: np.ndarray) -> bool:
    """Whether a group column names the group of each entity."""
    return any(isinstance(value, tuple) for value in values)


def write_spans(spans: Iterable[Span]) -> str:
    """The entities of one text as one text, as a corpus holds them.

    >>> write_spans([Span(0, 3, "PER")])
    '{"entities": [[0, 3, "PER"]]}'
    """
    return json.dumps({_KEY: [list(span.key) for span in sorted(spans)]}, ensure_ascii=False)


def read_spans(text: str) -> tuple[Span, ...]:
    """The entities that `write_spans` wrote."""
    return tuple(Span(*one) for one in json.loads(text)[_KEY])


def entities_of(labels: Iterable[str]) -> list[tuple[Span, ...]] | None:
    """The true entities of each text of a corpus; None where its labels are something else."""
    listed = list(labels)
    return [read_spans(text) for text in listed] if all(map(is_span_text, listed)) else None


def is_span_text(label: str) -> bool:
    """Whether a label of a corpus is one that `write_spans` wrote."""
    return label.startswith(f'{{"{_KEY}": [')


def write_groups(names: Iterable[str | None]) -> str:
    """The groups of a text's entities as one text, as a corpus holds them."""
    return f"{_GROUPS}{json.dumps(list(names), ensure_ascii=False)}"


def is_of_each(cell: str | None) -> bool:
    """Whether a cell of a corpus is one that `write_groups` wrote."""
    return bool(cell) and str(cell).startswith(_GROUPS)


def groups_in(cell: str | None) -> tuple[str | None, ...]:
    """The groups that a cell of a corpus names: those of its entities, or its one."""
    return tuple(json.loads(str(cell).removeprefix(_GROUPS))) if is_of_each(cell) else (cell,)


def _decoded(values: np.ndarray) -> np.ndarray:
    if not any(isinstance(value, str) and value.startswith(_GROUPS) for value in values):
        return values
    return as_column(groups_in(value) if value else () for value in values)


def _hashable(values: np.ndarray) -> np.ndarray:
    return as_column(tuple(value) if isinstance(value, np.ndarray) else value for value in values)
