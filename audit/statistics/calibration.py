"""Calibration: how far confidence lies from accuracy.

Top-label calibration: an example's confidence is its largest probability, and it is right when that class is the true
one. The examples are sorted by confidence and cut into 15 bins of equal size; examples of equal confidence stay in one
bin, so there may be fewer bins. ECE is the mean over examples of |accuracy - confidence| of their bin.

References:
    Guo et al. (2017), On Calibration of Modern Neural Networks, ICML, eq. 3; Nixon et al. (2019), Measuring Calibration
    in Deep Learning (equal-mass bins); Kumar et al. (2019), Verified Uncertainty Calibration (upward bias of ECE).
"""

from collections.abc import Callable

import numpy as np

from boletim.audit.statistics.bins import CalibrationBins
from boletim.audit.statistics.folded import Limits, folded_limits

N_BINS = 15
BinsFigure = Callable[["CalibrationBins"], float]


def calibration_bins(gold: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> CalibrationBins:
    """Cut examples into equal-mass bins of confidence.

    Args:
        gold: (n,) int, index of the true class.
        scores: (n, k) float64 probabilities.
        weights: (n,) above 0 and 1 in the mean; None where all examples count the same.
    """
    return bins_of(scores.max(axis=1), scores.argmax(axis=1) == gold, weights)


def bins_of(confidence: np.ndarray, is_true: np.ndarray, weights: np.ndarray | None = None) -> CalibrationBins:
    """Cut examples into equal-mass bins of the probability of something, and count where it is so.

    Args:
        confidence: (n,) float64 in [0, 1].
        is_true: (n,) bool.
        weights: (n,) above 0 and 1 in the mean; None where all examples count the same.
    """
    is_hit = is_true.astype(np.float64)
    weight = np.ones(len(is_hit)) if weights is None else weights
    index = equal_mass_bins(confidence, weights)
    n_bins = int(index.max()) + 1 if len(index) else 0

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(index, weights=values, minlength=n_bins)

    n, apart = sums(weight), is_hit - confidence
    mean = sums(weight * apart) / n
    spread = np.maximum(sums(weight * apart**2) / n - mean**2, 0)
    noise = sums(weight**2 * confidence * (1 - confidence))
    effective = n**2 / sums(weight**2)
    return CalibrationBins(n, sums(weight * confidence), sums(weight * is_hit), spread, noise, effective, index)


def bins_of_sums(sums: np.ndarray) -> CalibrationBins:
    """Equal-mass bins of confidence from sums in much finer bins; examples of one fine bin stay together.

    Args:
        sums: (5, n_fine) examples, sum of confidence, hits, sum of squared confidence, sum of confidence of hits, by
            increasing confidence.
    """
    sums = sums[:, sums[0] > 0]
    n_before = np.cumsum(sums[0]) - sums[0]
    _, index = np.unique(n_before * N_BINS // max(sums[0].sum(), 1), return_inverse=True)
    n_bins = int(index.max()) + 1 if len(index) else 0
    n, confidence, hits, squares, products = (np.bincount(index, weights=row, minlength=n_bins) for row in sums)
    apart = (hits - confidence) / np.maximum(n, 1)
    spread = np.maximum((hits - 2 * products + squares) / np.maximum(n, 1) - apart**2, 0)
    no_rows = np.empty(0, dtype=np.int64)
    return CalibrationBins(n, confidence, hits, spread, confidence - squares, n, no_rows)


def expected_calibration_error(bins: CalibrationBins) -> float:
    """ECE in [0, 1], lower is better; NaN without examples."""
    n = bins.n.sum()
    return float(np.abs(bins.hits - bins.confidence).sum() / n) if n else float("nan")


def debiased_calibration_error(bins: CalibrationBins) -> float:
    """Root of the mean over examples of (accuracy - confidence)^2 of their bin, less its bias; NaN without examples.

    The square of a bin's accuracy is on average too large by its variance, a (1 - a) / (n - 1), which is subtracted
    (Kumar et al., 2019, def. 4.1); what falls below zero is zero.
    """
    n = bins.n.sum()
    if not n:
        return float("nan")
    square = (bins.n * ((bins.hits - bins.confidence) / bins.n) ** 2).sum() / n - _bias(bins)
    return float(np.sqrt(max(square, 0.0)))


def calibration_limits(
    figure: BinsFigure, bins: CalibrationBins, n_draws: int, level: float, rng: np.random.Generator
) -> Limits:
    """Interval for a calibration error by drawing each bin's sum of hit - confidence from its normal distribution.

    The variance within a bin is never taken below that of one pseudo-error in it, so that a bin without errors keeps
    some doubt, nor below that of hits that follow their confidences.

    Args:
        figure: `expected_calibration_error` or `debiased_calibration_error`.
        bins: At least one.
        n_draws: Number of replicates.
        level: Confidence level in (0, 1).
        rng: Source of randomness.
    """
    apart = bins.hits - bins.confidence
    floor = (bins.effective + 1) / (bins.effective + 2) ** 2
    variance = np.maximum(bins.n**2 / bins.effective * np.maximum(bins.spread, floor), bins.noise)
    noise = np.sqrt(variance) * rng.standard_normal((n_draws, len(apart)))
    return limits_with_noise(figure, bins, noise, np.full(n_draws, bins.n.sum()), level)


def limits_with_noise(
    figure: BinsFigure, bins: CalibrationBins, noise: np.ndarray, sizes: np.ndarray, level: float
) -> Limits:
    """Interval for a calibration error from replicates of the bins' sums.

    Args:
        figure: `expected_calibration_error` or `debiased_calibration_error`.
        bins: At least one.
        noise: (n_draws, n_bins) each replicate's sum of hit - confidence less the observed one.
        sizes: (n_draws,) examples of each replicate.
        level: Confidence level in (0, 1).
    """
    apart = bins.hits - bins.confidence

    def ece_at(scale: float) -> np.ndarray:
        return np.asarray(np.abs(scale * apart + noise).sum(axis=1) / sizes)

    def debiased_at(scale: float) -> np.ndarray:
        squares = ((scale * apart + noise) ** 2 / bins.n).sum(axis=1) / sizes
        return np.asarray(np.sqrt(np.maximum(squares - _bias(bins), 0.0)))

    figure_at = ece_at if figure is expected_calibration_error else debiased_at
    low, high = folded_limits(figure(bins), figure_at, level)
    return low, min(high, 1.0)


def _bias(bins: CalibrationBins) -> float:
    share = bins.hits / bins.n
    return float((bins.n * share * (1 - share) / np.maximum(bins.effective - 1, 1)).sum() / bins.n.sum())


def equal_mass_bins(confidence: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """(n,) bin of each example, of 15: by the rank of the first example of the same confidence.

    Args:
        confidence: (n,).
        weights: (n,) above 0: a rank is then the weight of the examples before; None counts them.
    """
    order = np.argsort(confidence, kind="stable")
    ordered = confidence[order]
    first = np.searchsorted(ordered, ordered, side="left")
    if weights is None:
        raw = first * N_BINS // max(len(ordered), 1)
    else:
        before = np.r_[0.0, np.cumsum(weights[order])]
        raw = np.floor(before[first] * (N_BINS / max(before[-1], 1e-300)) + 1e-9).astype(np.int64)
    _, dense = np.unique(raw, return_inverse=True)
    index = np.empty(len(ordered), dtype=np.int64)
    index[order] = dense
    return index
