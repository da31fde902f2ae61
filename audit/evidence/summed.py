"""A metric on one subset of which sums are kept and no rows.

Figures of predicted labels and their intervals are the same as those of the rows. Means of losses are the same but for
rounding. AUC and calibration come from fine bins; the interval of the mean AUC over several classes takes them to err
together, which is the widest that it can be.
"""

import numpy as np

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.metrics.metric import Metric, declared
from boletim.audit.settings import Settings
from boletim.audit.statistics.binned_auc import BinnedArea
from boletim.audit.statistics.calibration import calibration_limits
from boletim.audit.statistics.counts import counts_of
from boletim.audit.statistics.losses import LossParts, cost_of_one, loss_limits
from boletim.audit.statistics.proportions import auc_limits, wilson
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.summed_subsets import SubsetSums
from boletim.audit.tally.sums import ADDED, LEAST
from boletim.contracts.method import BOOTSTRAP_OF_BINS, DELONG_OF_BINS, WILSON


class SummedEvidence(SubsetEvidence):
    """What the metrics of one subset share."""

    def __init__(self, subset: SubsetSums, settings: Settings, draws: Draws) -> None:
        self.subset = subset  # type: ignore[assignment]  # offers all that metrics of predicted labels read
        self.settings = settings
        self.cells = subset.confusion(len(settings.labels))
        self.counts = counts_of(self.cells)
        self._sums = subset
        self._draws = draws
        self._made = {}

    def estimate(self, metric: Metric) -> Estimate | None:
        """The metric's figures, or None where the sums do not hold them."""
        if not metric.needs_scores:
            return super().estimate(metric)
        match metric.interval:
            case "mean" | "share":
                return self._mean_of_sums(metric)
            case "delong":
                return self._area_of_bins(metric)
            case "bins":
                return self._calibration_of_bins(metric)
            case _:
                return None

    def _mean_of_sums(self, metric: Metric) -> Estimate | None:
        moments = self._sums.moments(metric.name)
        if moments is None:
            return None
        n, value, squares = moments
        if metric.interval == "share" and not np.isnan(value):
            limits = wilson(np.array([value * n]), np.array([n]), self.settings.level)
            method = WILSON + metric.note(len(self.settings.labels)) if metric.note else WILSON
            return Estimate(np.array([value]), *limits, np.array([n]), method)
        low, high = self._loss_limits(metric, n, value, squares) or (float("nan"), float("nan"))
        return Estimate(np.array([value]), np.array([low]), np.array([high]), np.array([n]), self.settings.loss_method)

    def _loss_limits(self, metric: Metric, n: int, value: float, squares: float) -> tuple[float, float] | None:
        least, added = (self._sums.moments(f"{metric.name}{part}") for part in (LEAST, ADDED))
        if n < 2 or least is None or added is None:
            return None
        rate = 1 - float(np.trace(self.cells)) / n
        one_error = cost_of_one(value - least[1], rate, added[1])
        error = float(np.sqrt(squares / (n - 1) / n))
        parts = LossParts(value, least[1], one_error, error, n - 1.0, float(n))
        return loss_limits(parts, self.settings.level, metric.lowest, metric.highest)

    def _area_of_bins(self, metric: Metric) -> Estimate | None:
        areas: list[BinnedArea] | None = self._once("areas", self._sums.areas)
        if areas is None:
            return None
        chosen = [_macro(areas)] if metric.kind == "overall" else areas
        limits = [
            (np.nan, np.nan)
            if np.isnan(area.value)
            else auc_limits(area.value, area.variance, area.n_smaller, self.settings.level)
            for area in chosen
        ]
        values = np.array([area.value for area in chosen])
        low, high = np.array(limits, dtype=float).T
        return Estimate(values, low, high, np.full(values.shape, self._sums.n), DELONG_OF_BINS)

    def _calibration_of_bins(self, metric: Metric) -> Estimate | None:
        bins = self._sums.calibration()
        if bins is None:
            return None
        config, figure = self.settings.config, declared(metric, "of_bins", metric.of_bins)
        rng = self.settings.generator(self.settings.id_of(metric.name, self._sums.scope))
        low, high = calibration_limits(figure, bins, config.bootstrap, config.level, rng)
        value = np.array([figure(bins)])
        return Estimate(value, np.array([low]), np.array([high]), np.array([self._sums.n]), BOOTSTRAP_OF_BINS)


def _macro(areas: list[BinnedArea]) -> BinnedArea:
    """Mean over the classes that have an AUC; with two classes it is the second's."""
    known = [area for area in areas if not np.isnan(area.value)]
    if len(areas) == 2:
        known = known[-1:]
    if not known:
        return BinnedArea(float("nan"), float("nan"), 0, 0.0)
    return BinnedArea(
        value=float(np.mean([area.value for area in known])),
        variance=float(np.mean([np.sqrt(area.variance) for area in known]) ** 2),
        n_smaller=min(area.n_smaller for area in known),
        off_by=max(area.off_by for area in known),
    )
