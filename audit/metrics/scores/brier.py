"""Brier score: squared distance between the probabilities and the truth.

References:
    Brier (1950), Verification of forecasts expressed in terms of probability, eq. 2.
"""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.contracts.meaning import Reason


def brier(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Per example, the sum over classes of (probability - truth)^2: (n,), lower is better.

    In [0, 2] with three classes or more; halved to [0, 1] with two, as scikit-learn and common use have it.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    chosen = np.take_along_axis(scores, gold[:, None], axis=1)[:, 0]
    total = np.einsum("ij,ij->i", scores, scores) - chosen**2 + (1 - chosen) ** 2
    return np.asarray(total / 2 if scores.shape[1] < 3 else total)


METRIC = Metric(
    name="brier",
    kind="overall",
    interval="mean",
    undefined=Reason.of("no_examples"),
    of_scores=brier,
    unit="score",
    higher_is_better=False,
    highest=2.0,
)
