"""Cohen's kappa: agreement of predictions with the truth beyond that of chance.

References:
    Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20:37, eq. 1.
"""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def cohen_kappa(counts: ClassCounts) -> np.ndarray:
    """(accuracy - chance) / (1 - chance), (...) in [-1, 1], higher is better.

    Chance is the accuracy of predictions drawn with the same shares, whatever the truth. NaN without examples, and
    where a single class is both all that is true and all that is predicted.
    """
    n = np.asarray(counts.n, float)
    observed = divide(counts.hits.sum(axis=-1), n)
    chance = divide((np.asarray(counts.gold, float) * counts.predicted).sum(axis=-1), n**2)
    return divide(observed - chance, 1 - chance)


METRIC = Metric(
    name="cohen_kappa",
    kind="overall",
    interval="examples",
    undefined=Reason.of("one_class_true_and_predicted"),
    of_counts=cohen_kappa,
    unit="score",
    lowest=-1.0,
)
