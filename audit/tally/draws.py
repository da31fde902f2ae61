"""How the examples of an audit hang together: each stands alone, or with those that share its author or template.

What makes intervals asks this, and never whether there are clusters.
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

    def codes_of(self, rows: np.ndarray) -> None:
        """No codes."""

    def wider(self, ends: Ends, others: Callable[[ClusterDraws], Ends]) -> Ends:
        """The intervals as they are."""
        return ends


class Clustered(ClusterDraws):
    """Clusters are drawn again as wholes."""

    def codes_of(self, rows: np.ndarray) -> np.ndarray:
        """The codes of some examples."""
        return np.asarray(self.codes[rows])

    def wider(self, ends: Ends, others: Callable[[ClusterDraws], Ends]) -> Ends:
        """The intervals of clusters, never narrower than those that ignore them.

        From a handful of clusters a narrower one is an accident.
        """
        below, above = others(self)
        return np.fmin(ends[0], below), np.fmax(ends[1], above)


def draws_of(clusters: np.ndarray | None, n_draws: int, rng: np.random.Generator) -> Draws:
    """How examples with these clusters, or with none, hang together.

    Args:
        clusters: (n,) cluster of each example, or None.
        n_draws: Number of replicates.
        rng: Source of randomness.
    """
    return Independent() if clusters is None else Clustered(clusters, n_draws, rng)
