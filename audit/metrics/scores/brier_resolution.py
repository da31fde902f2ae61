"""Resolution part of the Brier score: what telling examples apart gains; see `audit.brier_parts`."""

from functools import partial

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.brier_parts import brier_part
from boletim.contracts.meaning import Reason


def brier_resolution(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """What the probabilities gain over always giving the classes' shares, (); higher is better at the same uncertainty.

    Halved with two classes, as the Brier score is. NaN without examples.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
    """
    return np.asarray(brier_part("resolution", gold, scores).values[0])


METRIC = Metric(
    name="brier_resolution",
    kind="overall",
    interval="influence",
    undefined=Reason.of("no_examples"),
    of_scores=brier_resolution,
    of_influence=partial(brier_part, "resolution"),
    unit="score",
    higher_is_better=None,
    lowest=-2.0,
    highest=2.0,
)
