"""Read predictions that were made anywhere, where an example has any number of labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from audit.predictions_file import (
    PredictionColumns,
    check_few_classes,
    check_group,
    clusters_of,
    find_columns,
    group_values,
    numbers_of,
    row_ids,
)
from boletim.contracts.config import GroupColumn
from boletim.contracts.errors import DataError
from boletim.contracts.label_sets import LabelSets, membership
from boletim.tables.label_lists import are_label_lists, split_labels
from boletim.tables.read import read_table, table_batches

_ROWS_LOOKED_AT = 5_000
_EDGE_TOLERANCE = 1e-6


def holds_label_sets(path: Path, label: str, predicted: str) -> bool:
    """Whether one of the two columns holds lists, or texts with several labels, in its first 5,000 rows.

    Raises:
        DataError: The file is missing, empty or broken, or lacks a column.
    """
    names = list(dict.fromkeys([label, predicted]))
    frame = next(table_batches(str(path), names, _ROWS_LOOKED_AT))
    return any(are_label_lists(frame[name]) for name in names)


def read_label_sets(
    path: Path,
    label: str,
    predicted: str,
    scores_prefix: str | None,
    groups: Sequence[GroupColumn | str],
    cluster: str | None = None,
) -> LabelSets:
    """Read sets of labels, predictions, scores and groups from a csv, tsv, jsonl or parquet file.

    A set is a list, or a text with `|` between the labels; an empty list or cell is an example without labels.

    Args:
        path: The file.
        label: Column of true labels.
        predicted: Column of predicted labels.
        scores_prefix: Score columns are this prefix and the label's name; None when there are no scores.
        groups: Group columns; numbers are cut where bands are given.
        cluster: Column of authors or templates; None where the rows are independent.

    Returns:
        Labels are those of gold, predicted and score columns together, sorted.

    Raises:
        DataError: The file is missing, empty or broken; a column is missing; a row has null instead of a list; no label
            occurs; a score is no number in [0, 1]; a group column is free text.
    """
    columns = find_columns(path, label, predicted, scores_prefix, groups, cluster=cluster)
    frame = read_table(str(path), columns.names)
    gold, said = (split_labels(str(path), frame[name]) for name in (label, predicted))
    named = {name for one in gold for name in one}
    labels = tuple(sorted({*named, *(name for one in said for name in one), *columns.score_labels}))
    if not named:
        raise DataError(f"{path}: an audit needs true labels, every row of {label!r} is empty; choose another column")
    check_few_classes(columns, len(labels), sum(map(len, gold)) + sum(map(len, said)))
    by_group = {g.column: group_values(path, frame[g.column], g) for g in columns.groups}
    for name, values in by_group.items():
        check_group(path, name, pd.Series(values).nunique(), len(values))
    return LabelSets(
        ids=row_ids(columns, frame),
        gold=membership(gold, labels),
        predicted=membership(said, labels),
        labels=labels,
        scores=_scores(columns, frame, labels) if columns.scores else None,
        groups=by_group,
        clusters=clusters_of(columns, frame),
    )


def _scores(columns: PredictionColumns, frame: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    path, prefix = columns.path, columns.prefix
    lacking = [label for label in labels if f"{prefix}{label}" not in columns.scores]
    if lacking:
        raise DataError(
            f"{path}: every label needs its score column, there is no '{prefix}{lacking[0]}'; "
            "add it or leave the scores out"
        )
    table = np.column_stack([numbers_of(path, frame[f"{prefix}{label}"]) for label in labels])
    is_inside = np.isfinite(table) & (table >= -_EDGE_TOLERANCE) & (table <= 1 + _EDGE_TOLERANCE)
    if not is_inside.all():
        row, place = (int(found[0]) for found in np.nonzero(~is_inside))
        raise DataError(
            f"{path}, row {1 + row}: scores lie between 0 and 1, {prefix}{labels[place]} is {table[row, place]:g}; "
            "give each label's own probability"
        )
    return np.asarray(np.clip(table, 0.0, 1.0))
