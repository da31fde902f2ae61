"""Log loss (cross-entropy) of the probability given to the true class."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.contracts.meaning import Reason


def log_loss(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Per example, -log of the true class's probability: (n,) nats, lower is better.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities, clipped to [eps, 1 - eps] with float64's eps as scikit-learn does.
    """
    eps = np.finfo(np.float64).eps
    chosen = np.take_along_axis(scores, gold[:, None], axis=1)[:, 0]
    return np.asarray(-np.log(np.clip(chosen, eps, 1 - eps)))


METRIC = Metric(
    name="log_loss",
    kind="overall",
    interval="mean",
    undefined=Reason.of("no_examples"),
    of_scores=log_loss,
    unit="nats",
    higher_is_better=False,
    highest=np.inf,
)
