"""A model's scores on texts with known labels, as the audit takes them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from boletim.app.run import Run
from boletim.app.stages.answers import label_sets, one_label_each
from boletim.app.stages.same_names import same_names
from boletim.contracts.answers.label_sets import LabelSets, names_of
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.errors import DataError
from boletim.contracts.protocols import Classifier

if TYPE_CHECKING:
    from boletim.models.classifier import TextClassifier

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


def speak_the_same_names(classifier: "TextClassifier", frame: pd.DataFrame, run: Run) -> pd.DataFrame:
    """The frame with its labels under the names of a model made elsewhere, and the model's under the user's names.

    Raises:
        DataError: The data name the model's classes otherwise; both lists and the mapping to type.
    """
    named, frame, lines = same_names(classifier.labels, frame, run.config.data.label_names)
    for line in lines:
        run.terminal.say(line)
    if named != classifier.labels:
        classifier.facts = classifier.facts.model_copy(update={"labels": named})
    return frame


def _predicted(
    make: Callable[[pd.DataFrame, tuple[str, ...], tuple[str, ...], np.ndarray], Made],
    held: set[str],
    classifier: Classifier,
    frame: pd.DataFrame,
    groups: tuple[str, ...],
    run: Run,
) -> Made:
    unknown = sorted(held - set(classifier.labels))
    if unknown:
        raise DataError(
            f"every label must be one of the model's {list(classifier.labels)}, got {unknown[:5]}; "
            "rename the labels in the data or choose the model that was trained on them"
        )
    scores = classifier.predict_scores(list(frame[TEXT]), run.terminal.progress)
    return make(frame, classifier.labels, groups, scores)
