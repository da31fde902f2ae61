"""How the examples of an audit hang together and what each counts for.

Each stands alone, or with those that share its author or template; all count the same, or each as its sampling weight
says. What makes intervals asks this, and never whether there are clusters.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from boletim.audit.tally.clusters import ClusterDraws

Ends = tuple[np.ndarray, np.ndarray]
"""Lower and upper ends of intervals, (k,) each; NaN where there is none."""


class Draws(Protocol):
    """Independent examples, or clusters of them."""

    @property
    def codes(self) -> np.ndarray | None:
        """(n,) cluster code of each example; None where each stands alone."""

    @property
    def weights(self) -> np.ndarray | None:
        """(n,) 1 in the mean; None where all examples count the same."""

    def codes_of(self, rows: np.ndarray) -> np.ndarray | None:
        """The codes of some examples."""

    def wider(self, ends: Ends, others: Callable[[ClusterDraws], Ends]) -> Ends:
        """Intervals that allow for clusters.

        Args:
            ends: Of the intervals that take examples for independent.
            others: Makes those of resampled clusters, where there are any.
        """


class Independent:
    """Each example stands alone."""

    codes = None

    def __init__(self, weights: np.ndarray | None = None) -> None:
        """Keep what each example counts for, (n,), or None."""
        self.weights = weights

    def codes_of(self, rows: np.ndarray) -> None:
        """No codes."""

    def wider(self, ends: Ends, others: Callable[[ClusterDraws], Ends]) -> Ends:
        """The intervals as they are."""
        return ends


class Clustered(ClusterDraws):
    """Clusters are drawn again as wholes."""

    def __init__(
        self, clusters: np.ndarray, n_draws: int, rng: np.random.Generator, weights: np.ndarray | None = None
    ) -> None:
        """See `ClusterDraws`; (n,) weights or None."""
        super().__init__(clusters, n_draws, rng)
        self.weights = weights

    def codes_of(self, rows: np.ndarray) -> np.ndarray:
        """The codes of some examples."""
        return np.asarray(self.codes[rows])

    def wider(self, ends: Ends, others: Callable[[ClusterDraws], Ends]) -> Ends:
        """The intervals of clusters, never narrower than those that ignore them.

        From a handful of clusters a narrower one is an accident.
        """
        below, above = others(self)
        return np.fmin(ends[0], below), np.fmax(ends[1], above)


def draws_of(clusters: np.ndarray | None, weights: np.ndarray | None, n_draws: int, rng: np.random.Generator) -> Draws:
    """How examples hang together.

    Args:
        clusters: (n,) cluster of each example, or None.
        weights: (n,) above 0, or None.
        n_draws: Number of replicates.
        rng: Source of randomness.
    """
    own = None if weights is None else weights / weights.mean()
    return Independent(own) if clusters is None else Clustered(clusters, n_draws, rng, own)
