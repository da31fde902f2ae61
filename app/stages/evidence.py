"""A model's scores on texts with known labels, as the audit takes them."""

from typing import TYPE_CHECKING

import pandas as pd

from boletim.app.run import Run
from boletim.app.stages.same_names import same_names
from boletim.contracts.answers.label_sets import label_names
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.errors import DataError
from boletim.contracts.examples import Answers, answers_class

if TYPE_CHECKING:
    from boletim.models.load import AnyClassifier
    from boletim.models.workers.scoring import SharedClassifier


def predict(
    classifier: "AnyClassifier | SharedClassifier", frame: pd.DataFrame, groups: tuple[str, ...], run: Run
) -> Answers:
    """The model's answers, of its kind, for a frame with the columns id, text, label and one per group.

    Raises:
        DataError: The data hold a label that the model does not know.
    """
    unknown = sorted(set(label_names(frame[LABEL])) - set(classifier.labels))
    if unknown:
        raise DataError("model_labels", labels=list(classifier.labels), others=unknown[:5])
    scores = classifier.predict_scores(list(frame[TEXT]), run.terminal.progress)
    return answers_class(classifier.kind).of_scores(frame, classifier.labels, groups, scores)


def speak_the_same_names(classifier: "AnyClassifier", frame: pd.DataFrame, run: Run) -> pd.DataFrame:
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
