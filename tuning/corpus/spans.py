"""Texts with entities: from cells to the text, and to one text that holds the entities or the groups of each."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from boletim.contracts.answers.spans import write_groups, write_spans
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.errors import DataError, row_of
from boletim.tables.bands import cut_into_bands
from boletim.tables.entities.span_cells import read_span_column, text_of
from boletim.tables.names import as_names, as_objects, check_group


def spans_columns(
    source: str, frame: pd.DataFrame, text: str, label: str, given: Mapping[str, str]
) -> dict[str, pd.Series]:
    """Each row's text, and its entities in characters of it as `write_spans` writes them, in the order of the file.

    Args:
        source: Named in errors.
        frame: As read; the text column holds texts, or lists of tokens, which a space joins.
        text: The text column.
        label: The column of tags or of stretches.
        given: Names that the user gave to tags, by their numbers, and to types.

    Raises:
        DataError: A cell holds neither, a stretch lies outside its text, or tags have no tokens.
    """
    column = read_span_column(source, frame[label], frame[text], given)
    if column.unit == "tokens":
        raise DataError("tags_of_tokens", text=text, at=source)
    texts = [text_of(cell) or None for cell in frame[text]]
    labels = [write_spans(spans) for spans in column.spans]
    return {TEXT: pd.Series(texts, dtype=object), LABEL: pd.Series(labels, dtype=object)}


def entity_groups(source: str, values: pd.Series, group: GroupColumn) -> pd.Series:
    """Cells with one group for each true entity, as `write_groups` writes them.

    Raises:
        DataError: A cell is no list, or the column is free text.
    """
    cells = [_cell(source, row, cell, group.column) for row, cell in enumerate(values, 1)]
    flat = pd.Series([one for cell in cells for one in cell], dtype=object, name=group.column)
    names = cut_into_bands(flat, group.bands, source) if group.bands else as_objects(as_names(source, flat))
    present = [name for name in names if name is not None]
    check_group(source, group.column, set(present), len(present))
    left = iter(names)
    return pd.Series([write_groups(next(left) for _ in cell) for cell in cells], dtype=object)


def _cell(source: str, row: int, cell: Any, column: str) -> list[Any]:
    if isinstance(cell, str) or not hasattr(cell, "__len__"):
        raise DataError("entity_group_list", column=column, at=row_of(source, row))
    return list(cell)
