"""Figures of a subset that are means of one number per example."""

from collections.abc import Sequence

import numpy as np

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.metrics.metric import Metric
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import share_limits
from boletim.audit.statistics.clustered_mean import bounded_limits, mean_limits
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.subsets import Subset
from boletim.contracts.method import BOUNDED, SKEWED, WILSON


class MeanEvidence(SubsetEvidence):
    """What the metrics of one subset share; its predictions are (n, k) numbers, one column per metric.

    An example without a number (NaN) takes no part in the metric's mean.
    """

    def __init__(self, subset: Subset, settings: Settings, draws: Draws, names: Sequence[str]) -> None:
        """Keep the subset; `names` are those of its columns."""
        self.subset, self.settings, self._draws, self._names = subset, settings, draws, tuple(names)

    def estimate(self, metric: Metric) -> Estimate:
        """The mean, with Wilson's interval where the numbers are 0 and 1 (`share`)."""
        subset = self.subset
        values = subset.predicted[:, self._names.index(metric.name)]
        known = ~np.isnan(values)
        weights, clusters = (None if one is None else one[known] for one in (subset.weights, subset.clusters))
        is_share, is_bounded = metric.interval == "share", np.isfinite(metric.highest - metric.lowest)
        method = self.settings.method(WILSON if is_share else BOUNDED if is_bounded else SKEWED)
        if not known.any():
            nothing = np.full(1, np.nan)
            return Estimate(nothing, nothing, nothing, np.zeros(1), method)
        chosen = values[known]
        value, level = float(np.average(chosen, weights=weights)), self.settings.level
        if is_share:
            low, high = share_limits(chosen, np.ones(len(chosen), dtype=bool), clusters, level, weights)
        elif is_bounded:
            low, high = bounded_limits(chosen, weights, clusters, level, metric.lowest, metric.highest)
        else:
            low, high = mean_limits(chosen, weights, clusters, level)
        return Estimate(np.array([value]), np.array([low]), np.array([high]), np.array([len(chosen)]), method)
