"""Uncertainty part of the Brier score: what the data leave to be told; see `audit.brier_parts`."""

from functools import partial

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.brier_parts import brier_part
from boletim.contracts.meaning import Reason


def brier_uncertainty(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Sum over classes of share (1 - share), () in [0, 1]; a fact of the data and not of the model.

    Halved with two classes, as the Brier score is. NaN without examples.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    return np.asarray(brier_part("uncertainty", gold, scores).values[0])


METRIC = Metric(
    name="brier_uncertainty",
    kind="overall",
    interval="influence",
    undefined=Reason.of("no_examples"),
    of_scores=brier_uncertainty,
    of_influence=partial(brier_part, "uncertainty"),
    unit="score",
    higher_is_better=None,
    lowest=0.0,
    highest=2.0,
)
