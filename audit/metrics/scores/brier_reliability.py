"""Reliability part of the Brier score: what wrong confidence costs; see `audit.brier_parts`."""

from functools import partial

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.brier_parts import brier_part
from boletim.contracts.meaning import Reason


def brier_reliability(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Mean squared distance of probability and frequency over bins, () in [0, 2], lower is better; chance raises it.

    Halved with two classes, as the Brier score is. NaN without examples.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    return np.asarray(brier_part("reliability", gold, scores).values[0])


METRIC = Metric(
    name="brier_reliability",
    kind="overall",
    interval="influence",
    undefined=Reason.of("no_examples"),
    of_scores=brier_reliability,
    of_influence=partial(brier_part, "reliability"),
    unit="score",
    higher_is_better=False,
    lowest=0.0,
    highest=2.0,
)
