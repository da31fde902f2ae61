"""Accuracy: the share of examples predicted as their true class."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide


def parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits and examples, (...)."""
    return counts.hits.sum(axis=-1), counts.n


def accuracy(counts: ClassCounts) -> np.ndarray:
    """Share of hits, (...) in [0, 1], higher is better; NaN without examples."""
    return divide(*parts(counts))


METRIC = Metric(
    name="accuracy",
    kind="overall",
    interval="wilson",
    undefined="no examples",
    of_counts=accuracy,
    parts=parts,
)
