"""A metric on one subset where an example has any number of labels: values with intervals, for all labels at once."""

import numpy as np

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.metrics.metric import Metric, declared
from boletim.audit.settings import Settings
from boletim.audit.statistics.calibration import bins_of, calibration_limits
from boletim.audit.statistics.counts import ClassCounts
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.sets import as_set_counts, count_sets, draw_sets, set_columns
from boletim.audit.tally.subsets import Subset
from boletim.contracts.method import BOOTSTRAP_OF_BINS


class LabelSetEvidence(SubsetEvidence):
    """What the metrics of one subset share; gold and predicted are (n, k) bool.

    Only the counting differs from one label per example: rates are Wilson's, figures of whole sets are resampled.
    """

    _is_exclusive = False
    _drawn = "label sets"

    def __init__(self, subset: Subset, settings: Settings, draws: Draws) -> None:
        self.subset = subset
        self.settings = settings
        self.counts = count_sets(subset.gold, subset.predicted)
        self._draws = draws
        self._made = {}

    def _calibration(self, metric: Metric) -> Estimate:
        """Of each label's own probability."""
        made = [self._calibration_of(metric, place) for place in range(len(self.settings.labels))]
        values, low, high = (np.array(column) for column in zip(*made, strict=True))
        n = np.full(values.shape, self.subset.n)
        return Estimate(values, low, high, n, self.settings.method(BOOTSTRAP_OF_BINS))

    def _calibration_of(self, metric: Metric, place: int) -> tuple[float, float, float]:
        probability, is_true = self._scores[:, place], self.subset.gold[:, place]
        figure, config, bins = (
            declared(metric, "of_bins", metric.of_bins),
            self.settings.config,
            bins_of(probability, is_true),
        )
        scope = {"class": self.settings.labels[place], **self.subset.scope}
        rng = self.settings.generator(self.settings.id_of(metric.name, scope))
        apart = is_true - probability
        low, high = map(np.atleast_1d, calibration_limits(figure, bins, config.bootstrap, config.level, rng))
        low, high = self._draws.wider(
            (low, high), lambda draws: self._clustered_calibration(figure, bins, apart, draws)
        )
        return figure(bins), float(low[0]), float(high[0])

    def redrawn(
        self, rng: np.random.Generator, *, is_fixed: bool = True, share: float = 1.0
    ) -> tuple[ClassCounts, ClassCounts]:
        """See `SubsetEvidence`; whole examples are drawn, so no label keeps its number."""
        return draw_sets(self.subset.gold, self.subset.predicted, self.settings.config.bootstrap, rng, share)

    @property
    def _columns(self) -> np.ndarray:
        return set_columns(self.subset.gold, self.subset.predicted)

    def _as_counts(self, sums: np.ndarray) -> ClassCounts:
        return as_set_counts(sums, len(self.settings.labels))
