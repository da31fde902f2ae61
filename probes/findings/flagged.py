"""The score that counts against a text: that of the flagged labels, or of one class where nobody said which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.contracts.errors import InputError


@dataclass(frozen=True)
class Flagging:
    """Which labels are looked at."""

    columns: tuple[int, ...]
    """Their places among the model's labels."""
    name: str
    """The labels as a reader names them."""
    is_given: bool
    """Whether the user named them; else it is the class with the highest mean score."""

    def scores(self, scores: np.ndarray) -> np.ndarray:
        """Summed score of the labels; the last axis of (..., n_labels) float64 goes."""
        total: np.ndarray = scores[..., list(self.columns)].sum(axis=-1)
        return total

    def flags(self, scores: np.ndarray) -> np.ndarray:
        """Whether the predicted label is one of them; the last axis goes, bool."""
        found: np.ndarray = np.isin(scores.argmax(axis=-1), self.columns)
        return found


def check_flagged(labels: Sequence[str], flagged: Sequence[str]) -> None:
    """Accept labels of the model, not all of them.

    Raises:
        InputError: A flagged label is not one of the model's, or all of them are flagged.
    """
    unknown = [label for label in flagged if label not in labels]
    if unknown:
        raise InputError("flagged", labels=labels, label=unknown[0])
    if flagged and set(flagged) >= set(labels):
        raise InputError("flagged_all", labels=labels)


def find_flagging(labels: Sequence[str], flagged: Sequence[str], scores: np.ndarray) -> Flagging:
    """The flagged labels, or the class with the highest mean of `scores`, (..., n_labels) float64."""
    if flagged:
        columns = tuple(place for place, label in enumerate(labels) if label in flagged)
        return Flagging(columns, ", ".join(labels[place] for place in columns), True)
    place = int(scores.reshape(-1, len(labels)).mean(axis=0).argmax())
    return Flagging((place,), labels[place], False)
