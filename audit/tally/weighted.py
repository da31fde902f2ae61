"""Counts of examples that stand for unequal numbers of others, and intervals for shares of them.

References:
    Kish (1965), Survey Sampling, sec. 11.7 (effective sample size of unequal weights); Korn and Graubard (1998), Survey
    Methodology 24:193 (effective size from the linearised variance); Franco et al. (2019), JSSAM 7:334 (in Wilson's
    form); Rubin (1981), The Bayesian Bootstrap, Annals of Statistics 9:130 (an example's chance as an exponential
    draw).
"""

from dataclasses import dataclass, replace

import numpy as np

from boletim.audit.statistics.bootstrap import masses, pseudo_counts
from boletim.audit.statistics.counts import ClassCounts


@dataclass(frozen=True)
class WeightedCells:
    """The occupied cells of a confusion matrix of weighted examples, m of them."""

    gold: np.ndarray
    """(m,) true class of the cell."""
    predicted: np.ndarray
    """(m,) its predicted class."""
    n: np.ndarray
    """(m,) examples."""
    total: np.ndarray
    """(m,) sum of their weights."""
    squares: np.ndarray
    """(m,) sum of the squares of their weights."""
    n_labels: int

    def counts(self) -> ClassCounts:
        """Sums of weights, (k,) each."""
        one = self.one_of_each()
        return ClassCounts(self.total @ one.hits, self.total @ one.gold, self.total @ one.predicted)

    def of_fewer(self, share: float) -> "WeightedCells":
        """The cells of a share of the examples, weighing what they weigh."""
        return replace(self, n=self.n * share, total=self.total * share, squares=self.squares * share)

    def one_of_each(self) -> ClassCounts:
        """What one example of each cell counts for, (m, k) each."""
        eye = np.eye(self.n_labels)
        return ClassCounts(
            hits=eye[self.gold] * (self.gold == self.predicted)[:, None],
            gold=eye[self.gold],
            predicted=eye[self.predicted],
        )


def weighted_cells(gold: np.ndarray, predicted: np.ndarray, weights: np.ndarray, n_labels: int) -> WeightedCells:
    """Sums of weights by true and predicted class.

    Args:
        gold: (n,) int, index of the true class.
        predicted: (n,) int, index of the predicted class.
        weights: (n,) above 0.
        n_labels: Number of classes.
    """
    found, place = np.unique(gold * n_labels + predicted, return_inverse=True)
    n, total, squares = (np.bincount(place, weights=one) for one in (np.ones(len(gold)), weights, weights**2))
    return WeightedCells(found // n_labels, found % n_labels, n, total, squares, n_labels)


def draw_weighted_counts(
    cells: WeightedCells, n_draws: int, rng: np.random.Generator, *, is_fixed: bool = True
) -> tuple[ClassCounts, ClassCounts]:
    """Resample a weighted confusion matrix within each true class, smoothed as `draw_counts` smooths a plain one.

    Each example's weight is multiplied by an exponential draw; a cell's sum of them is gamma-distributed with the same
    mean and variance.

    Args:
        cells: Of weights that are 1 in the mean.
        n_draws: Number of replicates.
        rng: Source of randomness.
        is_fixed: Whether each class keeps its weight; otherwise those are drawn too.

    Returns:
        The replicates, (n_draws, k) each; and what they are expected to be, (k,) each.
    """
    k = cells.n_labels
    table, squares = np.zeros((k, k)), np.zeros((k, k))
    table[cells.gold, cells.predicted] = cells.total
    squares[cells.gold, cells.predicted] = cells.squares
    gold = table.sum(axis=1)
    hits, predicted = np.zeros((n_draws, k)), np.zeros((n_draws, k))
    mean_hits, mean_predicted = np.zeros(k), np.zeros(k)
    typicals = np.full(k, squares.sum() / gold.sum())  # what an example weighs that stands for as many others
    np.divide(squares.sum(axis=1), gold, out=typicals, where=gold > 0)
    golds, expected_golds = np.broadcast_to(gold, (n_draws, k)), gold
    if not is_fixed:
        numbers = masses(table / typicals[:, None]) * typicals
        drawn = rng.standard_gamma(numbers / typicals, size=(n_draws, k)) * typicals
        golds, expected_golds = (one * gold.sum() / one.sum(axis=-1, keepdims=True) for one in (drawn, numbers))
    present = np.flatnonzero(expected_golds)
    for row in present:
        typical = typicals[row]
        extra = typical * pseudo_counts(table / typical, int(row), 1 / len(present))
        mass, square = table[row] + extra, squares[row] + typical * extra
        places = np.flatnonzero(mass)
        scale = square[places] / mass[places]
        drawn = rng.standard_gamma(mass[places] / scale, size=(n_draws, len(places))) * scale
        drawn *= golds[:, [row]] / np.maximum(drawn.sum(axis=1, keepdims=True), 1e-300)
        expected = expected_golds[row] * mass[places] / mass.sum()
        predicted[:, places] += drawn
        mean_predicted[places] += expected
        own = np.flatnonzero(places == row)
        if len(own):
            hits[:, row], mean_hits[row] = drawn[:, own[0]], expected[own[0]]
    return (
        ClassCounts(hits, golds, predicted),
        ClassCounts(mean_hits, expected_golds, mean_predicted),
    )
