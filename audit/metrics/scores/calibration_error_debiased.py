"""Debiased calibration error: the root mean square distance between confidence and accuracy, less what chance adds."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.calibration import calibration_bins, debiased_calibration_error
from boletim.contracts.meaning import Reason


def calibration_error_debiased(gold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Top-label, 15 equal-mass bins, () in [0, 1], lower is better; see `audit.calibration`. NaN without examples.

    Unlike ECE it does not grow as the sample shrinks, so groups of different sizes can be compared.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities; the predicted class is the first of the largest.
    """
    return np.asarray(debiased_calibration_error(calibration_bins(gold, scores)))


METRIC = Metric(
    name="calibration_error_debiased",
    kind="overall",
    interval="bins",
    undefined=Reason.of("no_examples"),
    of_scores=calibration_error_debiased,
    of_bins=debiased_calibration_error,
    unit="score",
    higher_is_better=False,
)
