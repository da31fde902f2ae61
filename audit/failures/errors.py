"""The most confident errors, and which of them may be errors of the label.

A label is suspected where the model gives another class more probability than it gives that class, on average, to the
examples that are labelled with it. The labels of the test set took no part in the training, so this is not the model
repeating what it was told; but one model is asked and not several that were each trained without the example, and it
may be the model that is wrong. A suspicion is a reason to read the text, never to drop it.

References:
    Northcutt, Jiang and Chuang (2021), Confident Learning, JAIR 70:1373, eq. 2 (the thresholds).
"""

from collections.abc import Iterable, Sequence

import numpy as np

from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.results.failures import ErrorExample

_SHOWN = 10
_LONGEST = 200


def suspected_labels(predictions: Predictions) -> np.ndarray:
    """(n,) bool: another class is as probable as it usually is for its own examples; all false without scores."""
    if predictions.scores is None:
        return np.zeros(predictions.n, dtype=bool)
    gold, scores = predictions.gold, predictions.scores
    guess = scores.argmax(axis=1)
    k = scores.shape[1]
    own = scores[np.arange(len(gold)), gold]
    n_of_class = np.bincount(gold, minlength=k)
    usual = np.bincount(gold, weights=own, minlength=k) / np.maximum(n_of_class, 1)
    is_known = n_of_class[guess] > 0
    return np.asarray((guess != gold) & is_known & (scores.max(axis=1) >= usual[guess]))


def confident_wrong_sets(found: LabelSets, texts: Sequence[str] | None) -> tuple[ErrorExample, ...]:
    """The ten examples with the surest wrong decision on a label, the surest first; none without scores.

    Args:
        found: The examples.
        texts: (n,) their texts where they may be shown, else None; long ones are cut.
    """
    if found.scores is None:
        return ()
    sure = np.where(found.predicted, found.scores, 1 - found.scores)
    confidence = np.where(found.predicted != found.gold, sure, -1.0).max(axis=1)
    wrong = np.flatnonzero((found.predicted != found.gold).any(axis=1))
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:_SHOWN]
    names = np.array(found.labels, dtype=object)
    return tuple(
        ErrorExample(
            id=str(found.ids[row]),
            gold=set_name(names[found.gold[row]]),
            predicted=set_name(names[found.predicted[row]]),
            confidence=float(confidence[row]),
            is_label_suspected=False,
            text=_cut(texts[row]) if texts is not None else None,
        )
        for row in worst
    )


def set_name(labels: Iterable[str]) -> str:
    """A set of labels as people read it: `{anger, joy}`, and `{}` for none."""
    return "{" + ", ".join(labels) + "}"


def confident_errors(predictions: Predictions, texts: Sequence[str] | None) -> tuple[ErrorExample, ...]:
    """The ten errors of the highest confidence, the highest first; none without scores.

    Args:
        predictions: The examples.
        texts: (n,) their texts where they may be shown, else None; long ones are cut.
    """
    if predictions.scores is None:
        return ()
    places = np.arange(predictions.n)
    confidence = predictions.scores[places, predictions.predicted]
    wrong = np.flatnonzero(predictions.predicted != predictions.gold)
    is_suspected = suspected_labels(predictions)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:_SHOWN]
    return tuple(
        ErrorExample(
            id=str(predictions.ids[row]),
            gold=predictions.labels[predictions.gold[row]],
            predicted=predictions.labels[predictions.predicted[row]],
            confidence=float(confidence[row]),
            is_label_suspected=bool(is_suspected[row]),
            text=_cut(texts[row]) if texts is not None else None,
        )
        for row in worst
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
