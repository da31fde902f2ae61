"""Expected calibration error: the mean distance between confidence and accuracy."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.calibration import calibration_bins, expected_calibration_error
from boletim.contracts.meaning import Reason


def ece(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Top-label ECE over 15 equal-mass bins, () in [0, 1], lower is better; see `audit.calibration`.

    Plain ECE is biased upwards in small samples; its interval allows for that. NaN without examples.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities; the predicted class is the first of the largest.
    """
    return np.asarray(expected_calibration_error(calibration_bins(gold, scores)))


METRIC = Metric(
    name="ece",
    kind="overall",
    interval="bins",
    undefined=Reason.of("no_examples"),
    of_scores=ece,
    of_bins=expected_calibration_error,
    unit="score",
    higher_is_better=False,
)
