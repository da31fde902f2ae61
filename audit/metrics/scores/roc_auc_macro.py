"""Macro AUC: the plain mean of the one-vs-rest AUCs."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.delong import macro, one_vs_rest
from boletim.contracts.meaning import Reason


def roc_auc_macro(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Mean one-vs-rest AUC over the classes that have examples, () in [0, 1], higher is better.

    With two classes it is the AUC of the second, as in scikit-learn. NaN when only one class has examples.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    return np.asarray(macro(one_vs_rest(gold, scores))[0])


METRIC = Metric(
    name="roc_auc_macro",
    kind="overall",
    interval="delong",
    undefined=Reason.of("one_class_has_examples"),
    of_scores=roc_auc_macro,
)
