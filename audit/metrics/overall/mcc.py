"""Matthews correlation coefficient between true and predicted classes.

References:
    Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient, eq. 8.
"""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts
from boletim.contracts.meaning import Reason


def mcc(counts: ClassCounts) -> np.ndarray:
    """Multi-class MCC, (...) in [-1, 1], higher is better.

    NaN where only one class is true or only one is predicted (0/0; scikit-learn writes 0 there).
    """
    gold, predicted = np.asarray(counts.gold, float), np.asarray(counts.predicted, float)
    n = gold.sum(axis=-1)
    covariance = n * np.asarray(counts.hits, float).sum(axis=-1) - (gold * predicted).sum(axis=-1)
    spread_gold = n**2 - (gold**2).sum(axis=-1)
    refused = n - predicted.sum(axis=-1)
    spread_predicted = n**2 - (predicted**2).sum(axis=-1) - refused**2
    both = spread_gold * spread_predicted
    return np.asarray(np.divide(covariance, np.sqrt(both), out=np.full(np.shape(both), np.nan), where=both > 0))


METRIC = Metric(
    name="mcc",
    kind="overall",
    interval="examples",
    undefined=Reason.of("one_class_true_or_predicted"),
    of_counts=mcc,
    unit="correlation",
    lowest=-1.0,
)
