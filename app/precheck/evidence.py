"""What gates will speak of: the rows of a run, of a finished model, or of a file of predictions, read first."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from boletim.app.stages.answers import label_sets, one_label_each
from boletim.app.stages.same_names import same_names
from boletim.contracts.answers.label_sets import MULTI_LABEL, LabelSets, label_names
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.errors import HubOutOfReachError
from boletim.contracts.protocols import no_progress

if TYPE_CHECKING:
    from boletim.audit.tally.sums import PredictionSums

_MOST_ROWS = 2_000
"""Enough to see which measures there are; rows with new values come on top."""


@dataclass(frozen=True)
class Evidence:
    """What the audit will see, as far as its measures depend on it."""

    rows: "Predictions | LabelSets | PredictionSums"
    labels: tuple[str, ...]
    values: dict[str, list[str]]
    """Of each group column."""


def evidence_of_rows(
    config: RunConfig, frame: pd.DataFrame, labels: tuple[str, ...], *, is_multi_label: bool
) -> Evidence:
    """Made-up answers to some of the rows.

    Args:
        config: The run's.
        frame: Labelled rows with one column per group.
        labels: All classes.
        is_multi_label: A row has any number of labels.
    """
    groups = tuple(group.column for group in config.data.groups)
    is_new = ~frame.duplicated([LABEL, *groups])
    chosen = frame[is_new | (np.arange(len(frame)) < _MOST_ROWS)].reset_index(drop=True).drop(columns=TEXT)
    scores = np.random.default_rng(0).dirichlet(np.ones(len(labels)), len(chosen))
    make = label_sets if is_multi_label else one_label_each
    return Evidence(make(chosen, labels, groups, scores), labels, _values(groups, frame))


def evidence_of_model(config: RunConfig, allow_pickle: bool) -> Evidence:
    """Made-up answers of a finished model, of which only its files are looked at.

    Raises:
        ModelError: The model is missing, unsafe or no classifier.
        DataError: The data break a rule, or hold labels the model does not know.
    """
    from boletim.models.declared import declared_classes, declares_label_sets
    from boletim.models.files import check_has_tokenizer, find_model_files, weights_format
    from boletim.tuning.corpus.prepare import prepare_test_set

    try:
        files = find_model_files(config.model or "", allow_pickle=allow_pickle)
    except HubOutOfReachError:  # told as a warning or, where the model is needed now, as an error
        is_multi_label = config.task == MULTI_LABEL
        frame = prepare_test_set(config.data, is_multi_label)
        return evidence_of_rows(config, frame, label_names(frame[LABEL]), is_multi_label=is_multi_label)
    declared = declared_classes(files)
    weights_format(files, allow_pickle=allow_pickle)
    check_has_tokenizer(files)
    is_multi_label = declares_label_sets(files)
    frame = prepare_test_set(config.data, is_multi_label)
    labels, frame, _ = same_names(declared, frame, config.data.label_names)
    return evidence_of_rows(config, frame, labels, is_multi_label=is_multi_label)


def evidence_of_predictions(config: RunConfig) -> Evidence:
    """The predictions themselves, read as the audit reads them.

    Raises:
        DataError: The file breaks a rule.
    """
    from boletim.audit.reading.any_size import read_any_size
    from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets

    data, path = config.data, Path(config.data.source or "")
    columns = path, data.label, data.predicted, data.scores, data.groups
    if config.task == MULTI_LABEL or holds_label_sets(path, data.label, data.predicted, data.read):
        sets = read_label_sets(*columns, cluster=data.cluster_column, read=data.read, label_names=data.label_names)
        return Evidence(sets, sets.labels, _values(sets.groups, sets.groups))
    rows = read_any_size(
        *columns, lambda batch: None, no_progress, data.weights,
        read=data.read, label_names=data.label_names, cluster=data.cluster_column,
    )  # fmt: skip
    return Evidence(rows, rows.labels, _values(rows.groups, rows.groups))


def _values(
    columns: Iterable[str], held: "pd.DataFrame | dict[str, np.ndarray] | dict[str, tuple[str, ...]]"
) -> dict[str, list[str]]:
    return {column: sorted(set(pd.Series(list(held[column]), dtype=object).dropna().astype(str))) for column in columns}
