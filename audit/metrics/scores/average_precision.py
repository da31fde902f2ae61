"""Average precision of each class: the area under its precision-recall curve, in steps."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.average_precision import one_vs_rest_precision
from boletim.contracts.meaning import Reason


def average_precision(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """One-vs-rest average precision per class, (k,) in [0, 1], higher is better; chance gives the class's share.

    Equal scores are one threshold. NaN for a class without examples.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    return one_vs_rest_precision(gold, scores).values


METRIC = Metric(
    name="average_precision",
    kind="per class",
    interval="influence",
    undefined=Reason.of("no_example_of_class"),
    of_scores=average_precision,
    of_influence=one_vs_rest_precision,
)
