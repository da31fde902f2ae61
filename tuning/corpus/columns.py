"""From a raw table to the columns id, text, label and groups."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from boletim.contracts.configuration import GroupColumn
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT
from boletim.contracts.errors import DataError
from boletim.contracts.examples import SCORE_PREFIX
from boletim.tables.bands import cut_into_bands
from boletim.tables.label_lists import are_lists
from boletim.tables.label_names import rename_all
from boletim.tables.names import as_names, as_objects, check_group
from boletim.tables.read import check_columns
from boletim.tables.texts import text_of
from boletim.tuning.corpus.label_sets import label_set_texts
from boletim.tuning.corpus.spans import entity_groups, spans_columns

_MOST_CLASSES = 1_000


def select_columns(
    source: str,
    frame: pd.DataFrame,
    text: str,
    label: str,
    groups: Sequence[GroupColumn],
    kind: str = "one_label",
    label_names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The columns that a run uses, under the names it uses.

    Args:
        source: Named in errors.
        frame: As read.
        text: Its text column.
        label: Its label column.
        groups: Its group columns, cut into bands where asked.
        kind: Of answer; of label sets the label column names sets, as `write_labels` does.
        label_names: Names that the user gave to classes.

    Returns:
        Object columns: id (row number in the source, from 1), text, label, then one per group; None where missing.
        Labels and groups are names, by the rule of `boletim.tables.names`.

    Raises:
        DataError: A column is missing or named twice, a group column is free text or no number where bands are asked, a
            cell holds a list, or a name is taken.
    """
    if text == label:
        raise DataError("text_label", name=text, at=source)
    check_columns(source, list(frame.columns), [text, label, *(group.column for group in groups)])
    for group in groups:
        if group.column in (ID, TEXT, LABEL, CLUSTER, WEIGHT, "predicted") or group.column.startswith(SCORE_PREFIX):
            raise DataError("group_name_used", column=group.column, at=source)
    chosen = pd.DataFrame({ID: [str(n) for n in range(1, len(frame) + 1)]}, dtype=object)
    given = label_names or {}
    if kind == "spans":
        return _with_groups(source, chosen.assign(**spans_columns(source, frame, text, label, given)), frame, groups)
    chosen[TEXT] = pd.Series(
        [text_of(source, row, cell, text) for row, cell in enumerate(frame[text], 1)], dtype=object
    )
    if kind == "label_sets":
        chosen[LABEL] = label_set_texts(source, frame[label], given)
    else:
        chosen[LABEL] = pd.Series(as_objects(rename_all(as_names(source, frame[label]), given)), dtype=object)
    return _with_groups(source, chosen, frame, groups)


def _with_groups(source: str, chosen: pd.DataFrame, frame: pd.DataFrame, groups: Sequence[GroupColumn]) -> pd.DataFrame:
    for group in groups:
        if are_lists(frame[group.column]):
            chosen[group.column] = entity_groups(source, frame[group.column], group)
        elif group.bands:
            chosen[group.column] = cut_into_bands(frame[group.column], group.bands, source)
        else:
            chosen[group.column] = name_values(source, frame[group.column])
            present = chosen[group.column].dropna()
            check_group(source, group.column, present.unique(), len(present))
    return chosen


def name_values(source: str, values: pd.Series) -> pd.Series:
    """Names of groups or authors, None where missing; object.

    Raises:
        DataError: A cell holds no name, with its row.
    """
    return pd.Series(as_objects(as_names(source, values)), dtype=object)


def drop_missing_rows(source: str, frame: pd.DataFrame, *, drop: bool) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows with text and label, under the index they had.

    Returns:
        The rows that have both, and how many lacked which; a row that lacks both counts under the text.

    Raises:
        DataError: Some lack one and `drop` is false, or none is left.
    """
    has_text, has_label = frame[TEXT].notna().to_numpy(), frame[LABEL].notna().to_numpy()
    has_both = has_text & has_label
    counts = {"missing_text": int((~has_text).sum()), "missing_label": int((has_text & ~has_label).sum())}
    if not has_both.any():
        empty = "text" if not has_text.any() else "label"
        raise DataError("no_both", key=empty, at=source)
    if not has_both.all() and not drop:
        raise DataError(
            "text_missing",
            n_text=counts["missing_text"],
            n_label=counts["missing_label"],
            row=int(np.argmin(has_both)) + 1,
            at=source,
        )
    return frame[has_both], counts


def check_classes(source: str, labels: pd.Series, n_splits: int, fewest: int = 2) -> None:
    """Refuse labels that cannot be learnt and tested.

    Args:
        source: Named in errors.
        labels: (n,) after cleaning, none missing.
        n_splits: Each class needs as many examples.
        fewest: Classes that there must be.

    Raises:
        DataError: No example, one class only, too many classes, or a class with fewer examples than splits.
    """
    counts = labels.value_counts()
    if counts.empty:
        raise DataError("all_empty", at=source)
    if len(counts) < fewest:
        raise DataError("every_label", value=counts.index[0], at=source)
    if len(counts) > _MOST_CLASSES or len(counts) > max(2, len(labels) / 2):
        raise DataError("free_label", n=len(counts), n_rows=len(labels), n_most=_MOST_CLASSES, at=source)
    rare = counts[counts < n_splits].sort_index()
    if len(rare):
        raise DataError("rare_class", n_splits=n_splits, name=rare.index[0], n=int(rare.iloc[0]), at=source)
