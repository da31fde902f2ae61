"""Accuracy: the share of examples predicted as their true class."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


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
    undefined=Reason.of("no_examples"),
    of_counts=accuracy,
    parts=parts,
)
