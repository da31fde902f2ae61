"""How labels and groups are spread over the splits; of texts with entities, how the entities are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from boletim.contracts.answers.label_sets import names_of
from boletim.contracts.answers.spans import groups_in, is_of_each, is_span_text, read_spans
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.corpus import LABEL
from boletim.tables.bands import band_names

_MISSING = "(missing)"


def distributions(
    splits: Mapping[str, pd.DataFrame], labels: Sequence[str], groups: Sequence[GroupColumn]
) -> dict[str, dict[str, Any]]:
    """Per split how many rows there are, and how many of each label and of each group.

    Entities are counted one by one. A column that speaks of entities says nothing of types none of which has a value
    (places have no gender), so these are no missing values.
    """
    spoken_of = {
        group.column: {kind for frame in splits.values() for kind in _types_with_a_value(frame, group.column)}
        for group in groups
    }
    return {name: _of_split(frame, labels, groups, spoken_of) for name, frame in splits.items()}


def _of_split(
    frame: pd.DataFrame, labels: Sequence[str], groups: Sequence[GroupColumn], spoken_of: Mapping[str, set[str]]
) -> dict[str, Any]:
    n_of_label = Counter(name for row in frame[LABEL] for name in _each_label(row))
    return {
        "n": len(frame),
        "labels": {label: n_of_label.get(label, 0) for label in labels},
        "groups": {group.column: _counts(_values(frame, group.column, spoken_of), group) for group in groups},
    }


def _each_label(row: str) -> tuple[str, ...]:
    return tuple(span.type for span in read_spans(row)) if is_span_text(row) else names_of(row)


def _types_with_a_value(frame: pd.DataFrame, column: str) -> list[str]:
    return [kind for label, cell in _of_entities(frame, column) for kind, name in _pairs(label, cell) if name]


def _of_entities(frame: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    return [(label, cell) for label, cell in zip(frame[LABEL], frame[column], strict=True) if is_of_each(cell)]


def _pairs(label: str, cell: str) -> list[tuple[str, str | None]]:
    return [(span.type, name) for span, name in zip(read_spans(label), groups_in(cell), strict=True)]


def _values(frame: pd.DataFrame, column: str, spoken_of: Mapping[str, set[str]]) -> pd.Series:
    known = spoken_of[column]
    if not known:
        return pd.Series([name for cell in frame[column] for name in groups_in(cell)], dtype=object)
    found = _of_entities(frame, column)
    return pd.Series([name for row in found for kind, name in _pairs(*row) if kind in known], dtype=object)


def _counts(values: pd.Series, group: GroupColumn) -> dict[str, int]:
    """Rows of each value: bands in their order, others by name, missing ones last."""
    counts = values.value_counts()
    order = [name for name in band_names(group.bands) if name in counts] if group.bands else sorted(counts.index)
    n_missing = int(values.isna().sum())
    return {name: int(counts[name]) for name in order} | ({_MISSING: n_missing} if n_missing else {})
