"""Rows with any number of labels: from cells to texts that name a set, and what such data must hold."""

from collections.abc import Iterable, Mapping

import pandas as pd

from boletim.contracts.answers.label_sets import names_of, write_labels
from boletim.contracts.errors import DataError
from boletim.tables.label_lists import look_like_lists, split_labels


def label_set_texts(source: str, values: pd.Series, given: Mapping[str, str] | None = None) -> pd.Series:
    """Each cell's labels as one text, `["a", "b"]`; None where a column with lists lacks one.

    Raises:
        DataError: No cell holds several labels, or one holds what is no label.
    """
    if not look_like_lists(values):
        raise DataError("no_label_lists", values=values.name, at=source)
    has_lists = any(isinstance(value, list) or hasattr(value, "tolist") for value in values)
    is_missing = [has_lists and not isinstance(value, str) and pd.api.types.is_scalar(value) for value in values]
    held = pd.Series(
        [[] if missing else value for value, missing in zip(values, is_missing, strict=True)],
        dtype=object,
        name=values.name,
    )
    texts = [write_labels(names) for names in split_labels(source, held, given)]
    return pd.Series([None if missing else t for t, missing in zip(texts, is_missing, strict=True)], dtype=object)


def each_label(source: str, labels: Iterable[str]) -> pd.Series:
    """Every label of every row, one under the other, to be counted.

    Args:
        source: Named in errors.
        labels: (n,) classes, or texts of sets.

    Raises:
        DataError: There are rows and none has a label.
    """
    rows = list(labels)
    names = [name for row in rows for name in names_of(row)]
    if rows and not names:
        raise DataError("sets_empty", at=source)
    return pd.Series(names, dtype=object)
