"""The Brier score taken apart: reliability - resolution + uncertainty.

Per class against the rest, over 15 bins of equal size of its probability, added up over classes (halved with two, as
the score is). Resolution is the generalised one: what the bins' inner spread adds is counted to it, so that the three
add up to the Brier score exactly and not only when all probabilities of a bin are equal.

References:
    Murphy (1973), Journal of Applied Meteorology 12:595; Stephenson, Coelho and Jolliffe (2008), Two extra components
    in the Brier score decomposition, Weather and Forecasting 23:752, eq. 7 (generalised resolution).
"""

import numpy as np

from boletim.audit.statistics.calibration import equal_mass_bins
from boletim.audit.statistics.influence import Influenced

PARTS = ("reliability", "resolution", "uncertainty")


def brier_part(part: str, gold: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> Influenced:
    """One of the three with each example's influence, (1,) and (n, 1); NaN without examples.

    Args:
        part: One of `PARTS`.
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
        weights: (n,) above 0; None where all examples count the same.
    """
    n, k = scores.shape
    weight = np.ones(n) if weights is None else weights
    if n == 0:
        return Influenced(np.array([np.nan]), np.zeros((0, 1)), np.array([0]))
    value, influence = 0.0, np.zeros(n)
    for c in range(k):
        one, its = _of_class((gold == c).astype(float), scores[:, c], weight)[part]
        value += one
        influence += its
    scale = 0.5 if k < 3 else 1.0
    return Influenced(np.array([scale * value]), scale * influence[:, None], np.array([n]))


def _of_class(truth: np.ndarray, score: np.ndarray, weight: np.ndarray) -> dict[str, tuple[float, np.ndarray]]:
    index, part = equal_mass_bins(score, weight), weight / weight.sum()
    apart = score - truth
    mean_apart = (np.bincount(index, weights=part * apart) / np.bincount(index, weights=part))[index]
    reliability = float(part @ mean_apart**2)
    by_reliability = part * (2 * mean_apart * apart - mean_apart**2 - reliability)
    share = float(part @ truth)
    by_uncertainty = part * (1 - 2 * share) * (truth - share)
    brier = float(part @ apart**2)
    uncertainty = share * (1 - share)
    return {
        "reliability": (reliability, by_reliability),
        "resolution": (
            reliability + uncertainty - brier,
            by_reliability + by_uncertainty - part * (apart**2 - brier),
        ),
        "uncertainty": (uncertainty, by_uncertainty),
    }
