"""False positive rate: of the examples that are not of a class, the share predicted as it."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """False positives and examples of the other classes, (..., k)."""
    return counts.predicted - counts.hits, np.asarray(counts.n)[..., None] - counts.gold


def false_positive_rate(counts: ClassCounts) -> np.ndarray:
    """False positive rate per class, (..., k) in [0, 1], lower is better; NaN when every example is of the class."""
    return divide(*parts(counts))


METRIC = Metric(
    name="false_positive_rate",
    kind="per class",
    interval="wilson",
    undefined=Reason.of("no_example_of_others"),
    of_counts=false_positive_rate,
    parts=parts,
    higher_is_better=False,
)
