"""Precision: of the examples predicted as a class, the share that is of it."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits and predictions, (..., k)."""
    return counts.hits, counts.predicted


def precision(counts: ClassCounts) -> np.ndarray:
    """Precision per class, (..., k) in [0, 1], higher is better; NaN for a class that was never predicted."""
    return divide(*parts(counts))


METRIC = Metric(
    name="precision",
    kind="per class",
    interval="wilson",
    undefined=Reason.of("never_predicted"),
    of_counts=precision,
    parts=parts,
)
