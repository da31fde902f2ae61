"""Area under the ROC curve of each class against the rest."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.delong import one_vs_rest
from boletim.contracts.meaning import Reason


def roc_auc(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """One-vs-rest AUC per class, (k,) in [0, 1], higher is better; ties count half.

    NaN for a class without examples, or when every example is of it.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    return one_vs_rest(gold, scores).values


METRIC = Metric(
    name="roc_auc",
    kind="per class",
    interval="delong",
    undefined=Reason.of("needs_class_and_others"),
    of_scores=roc_auc,
)
