"""What a model's scores say of the rows of a frame, as the audit takes it."""

from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.answers.columns import group_columns
from boletim.contracts.answers.label_sets import THRESHOLD, LabelSets, membership, names_of
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.corpus import CLUSTER, ID, LABEL, WEIGHT


def one_label_each(
    frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...], scores: np.ndarray
) -> Predictions:
    """What scores (n, n_labels) say of the rows of a frame; the class with the highest is predicted."""
    place = {label: index for index, label in enumerate(labels)}
    return Predictions(
        gold=frame[LABEL].map(place).to_numpy(dtype=np.int64),
        predicted=scores.argmax(axis=1).astype(np.int64),
        weights=frame[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in frame else None,
        **_shared(frame, labels, groups, scores),
    )


def label_sets(frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...], scores: np.ndarray) -> LabelSets:
    """The same where a row may have several labels; each from one half on."""
    return LabelSets(
        gold=membership([names_of(row) for row in frame[LABEL]], labels),
        predicted=scores >= THRESHOLD,
        **_shared(frame, labels, groups, scores),
    )


def _shared(
    frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...], scores: np.ndarray
) -> dict[str, Any]:
    return {
        "ids": frame[ID].to_numpy(dtype=object),
        "labels": labels,
        "scores": scores,
        "groups": group_columns(frame, groups),
        "clusters": frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame else None,
    }
