"""Area under the ROC curve from counts per score bin: rows of any number in one pass and little memory.

Scores are counted in bins cut at quantiles of the first rows and, in case later rows differ, on a grid that is even on
the logit scale. Scores in one bin count as ties. What that can cost is known exactly: a pair in one bin counts one half
and might count one or none, so the area is off by at most half the share of such pairs. A score that many of the first
rows have gets a bin of its own, in which ties are true ties.

References:
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837 (the variance, here over bins).
"""

from dataclasses import dataclass

import numpy as np

from boletim.audit.statistics.delong import how_much_too_small

N_QUANTILES, N_LOGITS = 4_096, 2_048
_LARGEST_LOGIT = 20.0


@dataclass(frozen=True)
class BinnedArea:
    """One class's AUC, NaN without examples of the class or without others."""

    value: float
    variance: float
    """DeLong's, raised as `how_much_too_small` says."""
    n_smaller: int
    """The smaller of the class's examples and the others."""
    off_by: float
    """The AUC of the scores themselves lies within this distance."""


def score_edges(sample: np.ndarray) -> np.ndarray:
    """Where the bins of one class's scores begin.

    Args:
        sample: (n,) scores of the first rows, at least one, in [0, 1].

    Returns:
        (n_edges,) increasing; bin i holds the scores from edge i - 1 on and below edge i.
    """
    ordered = np.sort(sample)
    picks = ordered[np.linspace(0, len(ordered) - 1, N_QUANTILES).astype(np.int64)]
    at, n_at = np.unique(picks, return_counts=True)
    atoms = at[n_at > 1]
    grid = 1 / (1 + np.exp(-np.linspace(-_LARGEST_LOGIT, _LARGEST_LOGIT, N_LOGITS)))
    return np.unique(np.concatenate([at, np.nextafter(atoms, 2.0), grid]))


def single_score_bins(edges: np.ndarray) -> np.ndarray:
    """(n_edges + 1,) whether a bin can hold one score only."""
    return np.concatenate([[False], np.nextafter(edges[:-1], 2.0) == edges[1:], [False]])


def binned_area(counts: np.ndarray, is_single: np.ndarray) -> BinnedArea:
    """AUC and its variance.

    Args:
        counts: (2, n_bins) examples of other classes, then of the class, in each bin.
        is_single: (n_bins,) from `single_score_bins`.
    """
    negatives, positives = counts.astype(np.float64)
    m, n = positives.sum(), negatives.sum()
    if m == 0 or n == 0:
        return BinnedArea(float("nan"), float("nan"), 0, 0.0)
    above = (np.cumsum(negatives) - negatives / 2) / n
    below = 1 - (np.cumsum(positives) - positives / 2) / m
    value = float((positives * above).sum() / m)
    variance = float(
        (positives * (above - value) ** 2).sum() / (m * max(m - 1, 1))
        + (negatives * (below - value) ** 2).sum() / (n * max(n - 1, 1))
    )
    n_misplaced = min(
        int(positives[: np.flatnonzero(negatives)[-1] + 1].sum()), int(negatives[np.flatnonzero(positives)[0] :].sum())
    )
    variance *= how_much_too_small(value, variance, (int(m), int(n)), n_misplaced)
    shared = (positives * negatives)[~is_single].sum()
    return BinnedArea(value, variance, int(min(m, n)), float(shared / (2 * m * n)))
