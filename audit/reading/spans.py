"""Read entities that were predicted anywhere: CoNLL files, lists of tags, lists of stretches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.audit.reading.one_label import (
    MOST_CLASSES,
    PredictionColumns,
    clusters_of,
    find_columns,
    group_values,
    row_ids,
)
from boletim.contracts.answers.spans import Span, Spans, as_column
from boletim.contracts.configuration import GroupColumn, RunConfig
from boletim.contracts.errors import DataError, row_of
from boletim.contracts.name_order import in_order
from boletim.contracts.protocols import Say
from boletim.contracts.sentence import Sentence, word
from boletim.tables.entities.conll import DOCUMENT
from boletim.tables.entities.span_cells import SpanColumn, read_span_column, text_of
from boletim.tables.label_names import check_same_names
from boletim.tables.names import check_group
from boletim.tables.read import check_columns, column_names, read_table

_MOST_TEXTS = 100_000
_TOKENS, _TEXTS = ("tokens", "words"), ("text", "sentence")


def read_spans(config: RunConfig, say: Say) -> Spans:
    """Read true and predicted entities, groups and documents.

    Args:
        config: Names the file and its columns: a CoNLL file, whose last two columns are the true and the predicted
            tags; or a jsonl, json or parquet file, whose cells are lists of tags or lists of stretches with `start`,
            `end` and `label`. A group column holds one name per text, or a list with one for each true entity; a name
            that is no column is looked for in the true stretches themselves.
        say: Told what was converted and repaired.

    Raises:
        DataError: A cell is no list of tags or stretches, lists differ in length, a stretch ends beyond its text, there
            is no true entity, or a group column does not fit.
    """
    data, path = config.data, Path(config.data.source or "")
    names = column_names(str(path), data.read)
    held = [group for group in data.groups if group.column in names]
    cluster = data.cluster_column or (DOCUMENT if DOCUMENT in names and "tokens" in names else None)
    columns = find_columns(
        path, data.label, data.predicted, data.scores, held, None, data.read, data.label_names, cluster
    )
    shown = [name for name in (data.text, *_TOKENS, *_TEXTS) if name in names]
    frame = read_table(str(path), [*columns.names, *([data.text] if data.text else [])], data.read)
    if len(frame) > _MOST_TEXTS:
        raise DataError("many_texts", n_most_texts=_MOST_TEXTS, at=path)
    texts = frame[shown[0]] if shown else None
    gold = read_span_column(str(path), frame[data.label], texts, data.label_names)
    said = read_span_column(str(path), frame[data.predicted], texts, data.label_names, gold.scheme)
    _check_lengths(path, gold, said, columns)
    labels = _types(path, gold.spans, said.spans, columns)
    order = [sorted(range(len(spans)), key=lambda i, spans=spans: spans[i]) for spans in gold.spans]  # type: ignore[misc]
    _tell(say, path, gold, said, cluster)
    return Spans(
        ids=row_ids(columns, frame),
        gold=as_column(tuple(spans[i] for i in places) for spans, places in zip(gold.spans, order, strict=True)),
        predicted=as_column(tuple(sorted(spans)) for spans in said.spans),
        labels=labels,
        groups=dict(_groups(_Rows(path, names, frame, gold, order), data.groups)),
        clusters=clusters_of(columns, frame),
        texts=None if texts is None or gold.unit == "tokens" else [text_of(cell) for cell in texts],
    )


@dataclass(frozen=True)
class _Rows:
    path: Path
    names: list[str]
    frame: pd.DataFrame
    gold: SpanColumn
    order: list[list[int]]
    """Places of each text's true entities as the file gives them, from the first to the last."""


def _groups(rows: _Rows, groups: Sequence[GroupColumn]) -> Iterator[tuple[str, np.ndarray]]:
    for group in groups:
        name = group.column
        if name in rows.names and not _are_lists(rows.frame[name]):
            values = group_values(rows.path, rows.frame[name], group)
        else:
            values = _of_entities(rows, group)
        flat = [v for value in values for v in (value if isinstance(value, tuple) else [value]) if v is not None]
        check_group(str(rows.path), name, set(flat), len(flat))
        yield name, values


def _of_entities(rows: _Rows, group: GroupColumn) -> np.ndarray:
    """(n,) object: per text a tuple with the group of each true entity, None where it has none."""
    name = group.column
    if name in rows.names:
        cells = [list(cell) if isinstance(cell, list | tuple | np.ndarray) else [] for cell in rows.frame[name]]
    elif any(name in one for more in rows.gold.more for one in more):
        cells = [[one.get(name) for one in more] for more in rows.gold.more]
    else:
        check_columns(str(rows.path), rows.names, [name])
    for number, (cell, spans) in enumerate(zip(cells, rows.gold.spans, strict=True), start=1):
        if len(cell) != len(spans):
            raise DataError(
                "entity_groups", name=name, n_cell=len(cell), n_spans=len(spans), at=row_of(rows.path, number)
            )
    flat = pd.Series(
        [cell[i] for cell, places in zip(cells, rows.order, strict=True) for i in places], dtype=object, name=name
    )
    values = iter(group_values(rows.path, flat, group))
    return as_column(tuple(next(values) for _ in places) for places in rows.order)


def _are_lists(values: pd.Series) -> bool:
    return any(isinstance(value, list | tuple | np.ndarray) for value in values)


def _check_lengths(path: Path, gold: SpanColumn, said: SpanColumn, columns: PredictionColumns) -> None:
    for number, (one, other) in enumerate(zip(gold.n_tags, said.n_tags, strict=True), start=1):
        if one is not None and other is not None and one != other:
            raise DataError(
                "tag_numbers",
                label=columns.label,
                one=one,
                predicted=columns.predicted,
                other=other,
                at=row_of(path, number),
            )
    if gold.unit != said.unit and None not in (gold.unit, said.unit):
        raise DataError(
            "entity_units", label=columns.label, unit=gold.unit, predicted=columns.predicted, other=said.unit, at=path
        )


def _types(
    path: Path, gold: Sequence[Sequence[Span]], said: Sequence[Sequence[Span]], columns: PredictionColumns
) -> tuple[str, ...]:
    true, guessed = ({span.type for spans in one for span in spans} for one in (gold, said))
    if not true:
        raise DataError("no_true_entity", label=columns.label, at=path)
    if len(true | guessed) > MOST_CLASSES:
        raise DataError("many_types", n_most_classes=MOST_CLASSES, at=path)
    check_same_names(str(path), true, guessed, columns.label, columns.predicted)
    return in_order(true | guessed)


def _tell(say: Say, path: Path, gold: SpanColumn, said: SpanColumn, cluster: str | None) -> None:
    for what, one in (("true", gold), ("predicted", said)):
        n = sum(span.is_repaired for spans in one.spans for span in spans)
        if one.scheme is not None:
            key, counts = ("terminal.data.tags_opened", {"n": n}) if n else ("terminal.data.tags", {})
            say(Sentence(key, file=path.name, what=word(what), scheme=one.scheme, **counts))
    if cluster is None:
        say(Sentence("terminal.data.each_text", file=path.name))
