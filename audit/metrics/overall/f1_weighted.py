"""Weighted F1: the mean of F1 over classes, weighted by their examples."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def f1_weighted(counts: ClassCounts) -> np.ndarray:
    """F1 weighted by support, (...) in [0, 1], higher is better; NaN without examples."""
    total = np.asarray(counts.gold + counts.predicted, float)
    per_class = np.divide(2 * counts.hits, total, out=np.zeros(total.shape), where=total > 0)
    return divide((per_class * counts.gold).sum(axis=-1), counts.n)


METRIC = Metric(
    name="f1_weighted",
    kind="overall",
    interval="examples",
    undefined=Reason.of("no_examples"),
    of_counts=f1_weighted,
    unit="score",
)
