"""Selection rate: the share of examples predicted as a class."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Predictions of the class and examples, (..., k)."""
    predicted = np.asarray(counts.predicted)
    return predicted, np.broadcast_to(np.asarray(counts.n)[..., None], predicted.shape)


def selection_rate(counts: ClassCounts) -> np.ndarray:
    """Share predicted as the class, (..., k) in [0, 1]; neither direction is better; NaN without examples."""
    return divide(*parts(counts))


METRIC = Metric(
    name="selection_rate",
    kind="per class",
    interval="wilson",
    undefined=Reason.of("no_examples"),
    of_counts=selection_rate,
    parts=parts,
    higher_is_better=None,
)
