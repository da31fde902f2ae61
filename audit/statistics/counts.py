"""Counts behind every label metric: per class, how many hits, true examples and predictions."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClassCounts:
    """Counts per class; every array ends in the class axis, earlier axes are replicates.

    Hits, true examples and predictions per class are all that accuracy, recall, precision, F1, MCC and the rates
    need, so a replicate of a 200-class audit is 600 numbers and not a 200 x 200 matrix.
    """

    hits: np.ndarray
    """(..., n_labels) examples of the class that were predicted as it."""
    gold: np.ndarray
    """(..., n_labels) examples of the class."""
    predicted: np.ndarray
    """(..., n_labels) examples predicted as the class."""

    @property
    def n(self) -> np.ndarray:
        """Examples in all, (...)."""
        return np.asarray(self.gold.sum(axis=-1))


def confusion(gold: np.ndarray, predicted: np.ndarray, n_labels: int) -> np.ndarray:
    """Confusion matrix.

    Args:
        gold: (n,) int, index of the true class.
        predicted: (n,) int, index of the predicted class.
        n_labels: Number of classes.

    Returns:
        (n_labels, n_labels) int64; rows are true classes, columns predicted ones. All zeros for no examples.
    """
    flat = np.bincount(gold * n_labels + predicted, minlength=n_labels * n_labels)
    return flat.reshape(n_labels, n_labels).astype(np.int64)


def of_class(gold: np.ndarray, place: int) -> np.ndarray:
    """(n,) bool: which examples are of a class, from its index per example (n,) or from memberships (n, k)."""
    return np.asarray(gold[:, place] if gold.ndim == 2 else gold == place)


def class_sizes(gold: np.ndarray, n_labels: int) -> np.ndarray:
    """(n_labels,) examples of each class, from the same."""
    return np.asarray(gold.sum(axis=0) if gold.ndim == 2 else np.bincount(gold, minlength=n_labels)[:n_labels])


def counts_of(cells: np.ndarray) -> ClassCounts:
    """Per-class counts of confusion matrices, (..., k, k) -> (..., k)."""
    return ClassCounts(
        hits=np.diagonal(cells, axis1=-2, axis2=-1), gold=cells.sum(axis=-1), predicted=cells.sum(axis=-2)
    )


def without_refusals(counts: ClassCounts) -> ClassCounts:
    """Counts of the classes alone, of counts whose last place is that of refusals.

    An example that was refused stays among those of its true class: it is missed, and no class's false alarm.
    """
    return ClassCounts(counts.hits[..., :-1], counts.gold[..., :-1], counts.predicted[..., :-1])


def divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotient as float64, NaN where the denominator is zero."""
    top, bottom = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0))
