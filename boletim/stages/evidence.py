"""A model's scores on texts with known labels, as the audit takes them."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT
from boletim.contracts.evidence_columns import group_columns
from boletim.contracts.label_sets import THRESHOLD, LabelSets, membership, names_of
from boletim.contracts.predictions import Predictions
from boletim.contracts.protocols import Classifier
from boletim.run import Run
from boletim.stages.label_match import match_labels

Made = TypeVar("Made")


def predict(classifier: Classifier, frame: pd.DataFrame, groups: tuple[str, ...], run: Run) -> Predictions:
    """Predictions for a frame with the columns id, text, label and one per group.

    Raises:
        DataError: The data hold a label that the model does not know.
    """
    return _predicted(one_label_each, set(frame[LABEL]), classifier, frame, groups, run)


def predict_label_sets(classifier: Classifier, frame: pd.DataFrame, groups: tuple[str, ...], run: Run) -> LabelSets:
    """The same where a text may have several labels; each is predicted where its probability reaches one half.

    Raises:
        DataError: The data hold a label that the model does not know.
    """
    held = {name for row in frame[LABEL] for name in names_of(row)}
    return _predicted(label_sets, held, classifier, frame, groups, run)


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


def _predicted(
    make: Callable[[pd.DataFrame, tuple[str, ...], tuple[str, ...], np.ndarray], Made],
    held: set[str],
    classifier: Classifier,
    frame: pd.DataFrame,
    groups: tuple[str, ...],
    run: Run,
) -> Made:
    frame = match_labels(frame, held, classifier.labels, run.terminal)
    scores = classifier.predict_scores(list(frame[TEXT]), run.terminal.progress)
    return make(frame, classifier.labels, groups, scores)
