"""Balanced accuracy: the plain mean of recall over classes."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def balanced_accuracy(counts: ClassCounts) -> np.ndarray:
    """Mean recall over the classes that have examples, (...) in [0, 1], higher is better; NaN without examples."""
    gold = np.asarray(counts.gold, float)
    per_class = np.divide(counts.hits, gold, out=np.zeros(np.shape(counts.hits)), where=gold > 0)
    return divide(per_class.sum(axis=-1), (gold > 0).sum(axis=-1))


METRIC = Metric(
    name="balanced_accuracy",
    kind="overall",
    interval="bootstrap",
    undefined=Reason.of("no_examples"),
    of_counts=balanced_accuracy,
    unit="score",
)
