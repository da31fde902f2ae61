"""Recall (true positive rate): of the examples of a class, the share predicted as it."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits and true examples, (..., k)."""
    return counts.hits, counts.gold


def recall(counts: ClassCounts) -> np.ndarray:
    """Recall per class, (..., k) in [0, 1], higher is better; NaN for a class without examples."""
    return divide(*parts(counts))


METRIC = Metric(
    name="recall",
    kind="per class",
    interval="wilson",
    undefined=Reason.of("no_example_of_class"),
    of_counts=recall,
    parts=parts,
)
