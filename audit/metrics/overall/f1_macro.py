"""Macro F1: the plain mean of F1 over classes."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def f1_macro(counts: ClassCounts) -> np.ndarray:
    """Mean F1 over the classes that occur in gold or predicted, (...) in [0, 1], higher is better.

    As scikit-learn with `labels=None`: in a subgroup the mean is over the classes that occur in that subgroup, and a
    class predicted but absent from gold counts as 0 (`zero_division=0`). NaN without examples.
    """
    total = np.asarray(counts.gold + counts.predicted, float)
    per_class = np.divide(2 * counts.hits, total, out=np.zeros(total.shape), where=total > 0)
    return divide(per_class.sum(axis=-1), (total > 0).sum(axis=-1))


METRIC = Metric(
    name="f1_macro",
    kind="overall",
    interval="examples",
    undefined=Reason.of("no_examples"),
    of_counts=f1_macro,
    unit="score",
)
