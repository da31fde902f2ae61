"""Read predictions that were made anywhere, where an example has any number of labels."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.audit.reading.one_label import (
    PredictionColumns,
    check_few_classes,
    clusters_of,
    find_columns,
    groups_of,
    row_ids,
)
from boletim.audit.reading.score_columns import check_inside, numbers_of
from boletim.contracts.answers.label_sets import LabelSets, membership
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.configuration.reading import AS_FOUND, ReadConfig
from boletim.contracts.errors import DataError
from boletim.contracts.name_order import in_order
from boletim.contracts.sentence import Sentence
from boletim.tables.label_lists import are_lists, split_labels
from boletim.tables.label_names import check_same_names
from boletim.tables.read import read_table, table_batches

_ROWS_LOOKED_AT = 5_000


def holds_label_sets(path: Path, label: str, predicted: str, read: ReadConfig = AS_FOUND) -> bool:
    """Whether one of the two columns holds lists in its first 5,000 rows; the look of a text tells nothing.

    Raises:
        DataError: The file is missing, empty or broken, or lacks a column.
    """
    names = list(dict.fromkeys([label, predicted]))
    frame = next(table_batches(str(path), names, _ROWS_LOOKED_AT, read))
    return any(are_lists(frame[name]) for name in names)


def read_label_sets(
    path: Path,
    label: str,
    predicted: str,
    scores_prefix: str | None,
    groups: Sequence[GroupColumn | str],
    *,
    read: ReadConfig = AS_FOUND,
    label_names: Mapping[str, str] | None = None,
    cluster: str | None = None,
) -> LabelSets:
    """Read sets of labels, predictions, scores and groups from a table.

    A set is a list, or a text with `|` between the labels; an empty list or cell is an example without labels.

    Args:
        path: The file.
        label: Column of true labels.
        predicted: Column of predicted labels.
        scores_prefix: Score columns are this prefix and the label's name; None when there are no scores.
        groups: Group columns; numbers are cut where bands are given.
        cluster: Column of authors or templates; None where the rows are independent.
        read: How the file is read, where that is not to be found out.
        label_names: Names that the user gave to labels.

    Returns:
        Labels are those of gold, predicted and score columns together, in order.

    Raises:
        DataError: The file is missing, empty or broken; a column is missing; a row has null instead of a list; no label
            occurs; a score is no number in [0, 1]; a group column is free text.
    """
    columns = find_columns(path, label, predicted, scores_prefix, groups, None, read, label_names, cluster=cluster)
    frame = read_table(str(path), columns.names, read)
    gold, said = (split_labels(str(path), frame[name], label_names) for name in (label, predicted))
    named = {name for one in gold for name in one}
    guessed = {name for one in said for name in one}
    labels = in_order([*named, *guessed, *columns.score_labels])
    if not named:
        raise DataError("no_true_label", label=label, at=path)
    check_few_classes(columns, len(labels), sum(map(len, gold)) + sum(map(len, said)))
    check_same_names(str(path), named, guessed, label, predicted)
    return LabelSets(
        ids=row_ids(columns, frame),
        gold=membership(gold, labels),
        predicted=membership(said, labels),
        labels=labels,
        scores=_scores(columns, frame, labels) if columns.scores else None,
        groups=groups_of(columns, frame),
        clusters=clusters_of(columns, frame),
    )


def _scores(columns: PredictionColumns, frame: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    names = columns.score_columns_of(labels)
    table = np.column_stack([numbers_of(str(columns.path), frame[column]) for column in names.values()])
    check_inside(str(columns.path), table, list(names.values()), 1, Sentence("errors.own_probability"))
    return np.asarray(np.clip(table, 0.0, 1.0))
