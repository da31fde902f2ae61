"""The texts that models are compared on, with the groups that they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from boletim.app.starter.example import starter_table
from boletim.app.starter.proposal import text_and_groups
from boletim.contracts.configuration.data import GroupColumn
from boletim.contracts.errors import DataError
from boletim.tables.bands import cut_into_bands
from boletim.tables.names import as_names
from boletim.tables.read import read_table
from boletim.tables.texts import text_of

_MOST_TEXTS = 20_000
_SEED = 13


@dataclass(frozen=True)
class Sample:
    """Texts, none of them blank."""

    texts: tuple[str, ...]
    groups: Mapping[str, np.ndarray]
    """(n_texts,) names of each group column, None where missing."""
    source: str
    """Their file; empty for Boletim's own example texts."""


def own_texts(source: str, text: str | None, groups: Sequence[GroupColumn]) -> Sample:
    """The texts of a table, at most 20,000 of them, drawn with a fixed seed.

    Args:
        source: The table.
        text: Its column; None takes the one with the most words.
        groups: Columns; none takes those whose names say that they are groups.

    Raises:
        DataError: The table cannot be read or lacks a column.
    """
    wanted = [*([text] if text else []), *(group.column for group in groups)]
    frame = read_table(source, wanted)
    column, found = text_and_groups(source, frame, text)
    chosen = groups or [GroupColumn(column=name, bands=edges) for name, edges in found.items()]
    return _sample(source, frame, column, chosen, source)


def starter_texts(language: str) -> Sample:
    """The example texts that `boletim init` writes in a language."""
    frame, column, groups = starter_table(language)
    return _sample("the example texts", frame, column, [GroupColumn(column=name) for name in groups], "")


def _sample(named: str, frame: pd.DataFrame, column: str, groups: Sequence[GroupColumn], source: str) -> Sample:
    if len(frame) > _MOST_TEXTS:
        frame = frame.sample(_MOST_TEXTS, random_state=_SEED)
    cells = [text_of(named, row, cell, column) for row, cell in enumerate(frame[column], 1)]
    has_text = np.array([one is not None for one in cells], dtype=bool)
    if not has_text.any():
        raise DataError("comparison_texts", column=column, at=named)
    names = {group.column: _group_of(named, frame[group.column], group)[has_text] for group in groups}
    return Sample(tuple(one for one in cells if one is not None), names, source)


def _group_of(named: str, values: pd.Series, group: GroupColumn) -> np.ndarray:
    if group.bands is not None:
        return cut_into_bands(values, group.bands, named).to_numpy(dtype=object)
    found = as_names(named, values).astype(object)
    return np.asarray(found.where(found.notna(), None).to_numpy(dtype=object))
