"""A metric on one subset whose examples stand for unequal numbers of others.

The weights say how many of the population an example stands for; only their ratios matter. Values are those of the
population. An interval allows for what unequal weights cost: by the linearised variance for shares and means, by
influences for areas, and by weighted replicates for figures of several counts. With clusters the weighted sums take the
place of the plain ones.

References:
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys, International Statistical
    Review 51:279.
"""

import numpy as np

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.metrics.metric import Metric
from boletim.audit.settings import Settings
from boletim.audit.statistics.counts import ClassCounts, counts_of
from boletim.audit.statistics.weighted_share import weighted_wilson
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.weighted import draw_weighted_counts, weighted_cells


class WeightedEvidence(SubsetEvidence):
    """What the metrics of one subset share."""

    def __init__(self, subset: Subset, settings: Settings, draws: Draws) -> None:
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

    def redrawn(
        self, rng: np.random.Generator, *, is_fixed: bool = True, share: float = 1.0
    ) -> tuple[ClassCounts, ClassCounts]:
        """See `SubsetEvidence`; sums of weights."""
        cells = self._weighted_cells.of_fewer(share)
        return draw_weighted_counts(cells, self.settings.config.bootstrap, rng, is_fixed=is_fixed)
