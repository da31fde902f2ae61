"""Counts behind every label metric where an example has any number of labels, and their bootstrap.

Examples are resampled as wholes, since the labels of one example depend on each other. Equal examples (the same true
and predicted labels) are one pattern, so a replicate is one multinomial draw over patterns.

As in `audit.bootstrap`, a sample without an error would be resampled without error for ever. So one pseudo-hit and one
pseudo-error, shared evenly by the labels that occur, are added to the chances drawn from (never to the value); half of
the pseudo-error is a label missed, half a label said in vain.

References:
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 8; Agresti and Coull (1998), American
    Statistician 52:119 (pseudo-counts).
"""

from dataclasses import dataclass

import numpy as np

from boletim.audit.statistics.counts import ClassCounts

_NUMBERS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class SetCounts(ClassCounts):
    """Counts per label, (..., k), and of whole sets, (...); an example counts under each of its labels, or under none.

    Every rate of one label is the same function of hits, gold, predicted and n as with one label per example.
    """

    n_examples: np.ndarray
    """(...) examples."""
    n_exact: np.ndarray
    """(...) examples whose predicted labels are all their true ones and no others."""
    f1_sum: np.ndarray
    """(...) sum over examples of 2 |true and predicted| / (|true| + |predicted|), 0 where both are empty."""

    @property
    def n(self) -> np.ndarray:
        """Examples in all, (...)."""
        return np.asarray(self.n_examples)


def count_sets(gold: np.ndarray, predicted: np.ndarray) -> SetCounts:
    """Counts of (n, k) bool true and predicted labels; all zero without examples."""
    return as_set_counts(set_columns(gold, predicted).sum(axis=0), gold.shape[1])


def set_columns(gold: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """What each example adds to the counts, (n, 3 k + 3) float64; `as_set_counts` reads sums of rows."""
    hits = gold & predicted
    n_hits, n_said = hits.sum(axis=1), gold.sum(axis=1) + predicted.sum(axis=1)
    f1 = 2 * n_hits / np.maximum(n_said, 1)
    whole = [np.ones(len(gold)), (gold == predicted).all(axis=1), f1]
    return np.column_stack([hits, gold, predicted, *whole]).astype(np.float64)


def as_set_counts(sums: np.ndarray, n_labels: int) -> SetCounts:
    """Sums of columns (..., 3 k + 3) as counts."""
    parts = [sums[..., i * n_labels : (i + 1) * n_labels] for i in range(3)]
    return SetCounts(*parts, *(sums[..., 3 * n_labels + i] for i in range(3)))


def draw_sets(
    gold: np.ndarray, predicted: np.ndarray, n_draws: int, rng: np.random.Generator, share: float = 1.0
) -> tuple[SetCounts, SetCounts]:
    """Resample examples.

    Args:
        gold: (n, k) bool, at least one example.
        predicted: (n, k) bool.
        n_draws: Number of replicates.
        rng: Source of randomness.
        share: Of the examples that count as independent.

    Returns:
        The replicates, (n_draws, ...) each; and what they are expected to be.
    """
    n, k = max(round(len(gold) * share), 1), gold.shape[1]
    patterns, weights = _patterns(gold, predicted, share)
    columns = set_columns(patterns[:, :k], patterns[:, k:])
    chances = weights / weights.sum()
    at_once = max(1, _NUMBERS_AT_ONCE // len(chances))
    parts = [
        rng.multinomial(n, chances, size=min(at_once, n_draws - start)) @ columns
        for start in range(0, n_draws, at_once)
    ]
    return as_set_counts(np.concatenate(parts), k), as_set_counts(n * chances @ columns, k)


def _patterns(gold: np.ndarray, predicted: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """The distinct (true, predicted) rows side by side, (n_patterns, 2 k) bool, and their weights."""
    both = np.hstack([gold, predicted])
    packed = np.packbits(both, axis=1)
    _, first, counts = np.unique(packed, axis=0, return_index=True, return_counts=True)
    occurring = np.flatnonzero(gold.any(axis=0) | predicted.any(axis=0))
    if not len(occurring):
        return both[first], counts * share
    one = np.eye(gold.shape[1], dtype=bool)[occurring]
    none = np.zeros_like(one)
    pseudo = np.vstack([np.hstack([one, one]), np.hstack([one, none]), np.hstack([none, one])])
    masses = np.repeat([1.0, 0.5, 0.5], len(occurring)) / len(occurring)
    return np.vstack([both[first], pseudo]), np.concatenate([counts * share, masses])
