"""What gates will speak of: the rows of a run, of a finished model, or of a file of predictions, read first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boletim.app.stages.same_names import same_names
from boletim.contracts.answers.label_sets import label_names
from boletim.contracts.answers.spans import groups_in
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL
from boletim.contracts.errors import HubOutOfReachError
from boletim.contracts.examples import answers_class

_MOST_ROWS = 2_000
"""Enough to see which measures there are; rows with new values come on top."""


@dataclass(frozen=True)
class Evidence:
    """What the audit will see, as far as its measures depend on it."""

    rows: Any
    """Answers of any kind, or the sums of many."""
    labels: tuple[str, ...]
    values: dict[str, list[str]]
    """Of each group column."""


def evidence_of_rows(config: RunConfig, frame: pd.DataFrame, labels: tuple[str, ...], kind: str) -> Evidence:
    """Made-up answers to some of the rows.

    Args:
        config: The run's.
        frame: Labelled rows with one column per group.
        labels: All classes.
        kind: Of answer.
    """
    groups = tuple(group.column for group in config.data.groups)
    is_new = ~frame.duplicated([LABEL, *groups])
    chosen = frame[is_new | (np.arange(len(frame)) < _MOST_ROWS)].reset_index(drop=True)
    made_up = answers_class(kind).made_up(chosen, labels, groups).in_language(config.language)
    return Evidence(made_up, labels, _values(groups, frame))


def evidence_of_model(config: RunConfig, allow_pickle: bool) -> Evidence:
    """Made-up answers of a finished model, of which only its files are looked at.

    Raises:
        ModelError: The model is missing, unsafe or no classifier.
        DataError: The data break a rule, or hold labels the model does not know.
    """
    from boletim.models.declared import check_fits, declared_classes, declared_kind
    from boletim.models.files import check_has_tokenizer, find_model_files, weights_format
    from boletim.tuning.corpus.prepare import prepare_test_set

    try:
        files = find_model_files(config.model or "", allow_pickle=allow_pickle)
    except HubOutOfReachError:  # told as a warning or, where the model is needed now, as an error
        frame = prepare_test_set(config.data, kind=config.kind)
        return evidence_of_rows(config, frame, label_names(frame[LABEL]), config.kind)
    declared = declared_classes(files)
    weights_format(files, allow_pickle=allow_pickle)
    check_has_tokenizer(files)
    kind = declared_kind(files)
    check_fits(files, kind, config.kind)
    frame = prepare_test_set(config.data, kind=kind)
    labels, frame, _ = same_names(declared, frame, config.data.label_names)
    return evidence_of_rows(config, frame, labels, kind)


def evidence_of_answers(answers: Any) -> Evidence:
    """Predictions that were made elsewhere, or their sums, as the audit has read them."""
    return Evidence(answers, answers.labels, _values(answers.groups, answers.groups))


def _values(
    columns: Iterable[str], held: "pd.DataFrame | dict[str, np.ndarray] | dict[str, tuple[str, ...]]"
) -> dict[str, list[str]]:
    """Names of groups; a cell may hold those of its entities."""
    found = {}
    for column in columns:
        cells = [cell if isinstance(cell, tuple) else groups_in(cell) for cell in held[column] if cell is not None]
        found[column] = sorted({str(name) for names in cells for name in names if name is not None})
    return found
