"""Bins of confidence, as sums."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CalibrationBins:
    """Sums per bin; all that ECE and its interval need."""

    n: np.ndarray
    """(n_bins,) examples; sums of weights where there are any, here and in the other sums."""
    confidence: np.ndarray
    """(n_bins,) sum of confidences."""
    hits: np.ndarray
    """(n_bins,) examples that are right."""
    spread: np.ndarray
    """(n_bins,) variance of hit - confidence within the bin."""
    noise: np.ndarray
    """(n_bins,) sum of confidence (1 - confidence): the variance of the hits if confidence were true."""
    effective: np.ndarray
    """(n_bins,) equally weighted examples that the bin is worth: `n` unless weights differ."""
    index: np.ndarray
    """(n_examples,) each example's bin; empty where the bins were made from sums."""
