"""Top-k accuracy: the share of examples whose true class is among the k likeliest.

k follows from the number of classes: 2 up to five classes, 3 up to twenty, 5 beyond. With two classes every example
would count, so the figure is undefined.
"""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.contracts.meaning import Reason
from boletim.contracts.method import top


def k_of(n_classes: int) -> int:
    """How many of the likeliest classes may hold the true one; the number of classes itself with two."""
    if n_classes > 20:
        return 5
    return 3 if n_classes > 5 else 2


def top_k_accuracy(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Per example 1 when its true class is among the k likeliest, else 0: (n,) float64, higher is better.

    Of equal scores the class that comes first is the likelier, as for the predicted class. NaN with two classes.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, n_classes) float64 probabilities.
    """
    n_classes = scores.shape[1]
    if n_classes < 3:
        return np.full(len(gold), np.nan)
    own = np.take_along_axis(scores, gold[:, None], axis=1)
    is_before = np.arange(n_classes) < gold[:, None]
    rank = (scores > own).sum(axis=1) + ((scores == own) & is_before).sum(axis=1)
    return np.asarray(rank < k_of(n_classes), dtype=np.float64)


METRIC = Metric(
    name="top_k_accuracy",
    kind="overall",
    interval="share",
    undefined=Reason.of("two_likeliest_of_two"),
    of_scores=top_k_accuracy,
    note=lambda n_classes: top(k_of(n_classes)),
)
