"""A metric on one subset whose examples stand for unequal numbers of others.

The weights say how many of the population an example stands for; only their ratios matter. Values are those of the
population. An interval allows for what unequal weights cost: by the linearised variance for shares and means, by
influences for areas, and by weighted replicates for figures of several counts. With clusters the clusters' weighted
sums are drawn again, as their plain sums are without weights.

References:
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys, International Statistical
    Review 51:279.
"""

import numpy as np
from scipy import stats

from audit.clusters import ClusterDraws
from audit.counts import ClassCounts, counts_of
from audit.estimates import SubsetEvidence
from audit.metrics._metric import Metric
from audit.settings import Settings
from audit.subsets import Subset
from audit.weighted_counts import draw_weighted_counts, weighted_cells, weighted_wilson


class WeightedEvidence(SubsetEvidence):
    """What the metrics of one subset share."""

    def __init__(self, subset: Subset, settings: Settings, draws: ClusterDraws | None) -> None:
        """See `SubsetEvidence`; the subset has weights."""
        super().__init__(subset, settings, draws)
        assert subset.weights is not None
        self._weights = subset.weights / subset.weights.mean()
        self._weighted_cells = weighted_cells(subset.gold, subset.predicted, self._weights, len(settings.labels))
        self.counts = self._weighted_cells.counts()

    @property
    def sizes(self) -> ClassCounts:
        """Numbers of examples, whatever they weigh."""
        return counts_of(self.cells)

    def _limits_of_parts(self, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
        cells = self._weighted_cells
        one = cells.one_of_each()
        successes, trials = (np.asarray(part, float).reshape(len(cells.n), -1) for part in metric.parts_of(one))
        return weighted_wilson(successes, trials, (cells.n, cells.total, cells.squares), self.settings.level)

    def _limits_of_hits(self, hits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return share_limits(hits, self._own_weights, self.settings.level)

    def _mean_of(self, losses: np.ndarray) -> tuple[float, float]:
        return mean_and_half(losses, self._own_weights, self.settings.level)

    def _draw_cells(self) -> tuple[ClassCounts, ClassCounts]:
        rng = self.settings.generator(self.settings.id_of("cells", self.subset.scope))
        return draw_weighted_counts(self._weighted_cells, self.settings.config.bootstrap, rng)

    @property
    def _own_weights(self) -> np.ndarray:
        assert self._weights is not None
        return self._weights


def share_limits(is_one: np.ndarray, weights: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the weighted share of examples that something is true of, (1,) each.

    Args:
        is_one: (n,) 0 or 1.
        weights: (n,) above 0.
        level: Confidence level in (0, 1).
    """
    sizes = np.ones(len(weights)), weights, weights**2
    return weighted_wilson(is_one[:, None].astype(float), np.ones((len(weights), 1)), sizes, level)


def mean_and_half(values: np.ndarray, weights: np.ndarray, level: float) -> tuple[float, float]:
    """Weighted mean and half the width of its interval; NaN for the latter with fewer than two effective examples.

    Args:
        values: (n,).
        weights: (n,) above 0.
        level: Confidence level in (0, 1).
    """
    n, whole = len(values), weights.sum()
    mean = float(weights @ values / whole)
    kish = whole**2 / (weights**2).sum()
    if kish < 2:
        return mean, float("nan")
    error = np.sqrt(((weights * (values - mean)) ** 2).sum() * n / (n - 1)) / whole
    return mean, float(stats.t.isf((1 - level) / 2, kish - 1) * error)
