"""Support: how many examples a class has."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts


def support(counts: ClassCounts) -> np.ndarray:
    """Examples per class, (..., k) float64; 0 for a class without any."""
    return np.asarray(counts.gold, float)


METRIC = Metric(
    name="support",
    kind="per class",
    interval="none",
    undefined=None,
    of_counts=support,
    unit="count",
    higher_is_better=None,
    highest=np.inf,
)
