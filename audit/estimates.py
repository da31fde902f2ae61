"""A metric on one subset: values with intervals, for all classes at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import stats

from audit.bootstrap import Limits, draw_counts, folded_limits, metric_limits, percentiles
from audit.calibration import CalibrationBins, calibration_bins, calibration_limits, expected_calibration_error
from audit.clusters import ClusterDraws
from audit.counts import ClassCounts, confusion, counts_of
from audit.delong import AreaUnderCurve, auc_limits, macro, one_vs_rest
from audit.metrics._metric import Metric
from audit.proportions import wilson
from audit.settings import Settings
from audit.subsets import Subset

T = TypeVar("T")


@dataclass(frozen=True)
class Estimate:
    """One metric's figures: one entry, or one per class. NaN where undefined or without interval."""

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    """Denominators."""
    method: str


class SubsetEvidence:
    """What the metrics of one subset share, made when first asked for."""

    def __init__(self, subset: Subset, settings: Settings, draws: ClusterDraws | None) -> None:
        self.subset = subset
        self.settings = settings
        self.cells = confusion(subset.gold, subset.predicted, len(settings.labels))
        self.counts = counts_of(self.cells)
        self._draws = draws
        self._made: dict[str, object] = {}

    def estimate(self, metric: Metric) -> Estimate | None:
        """The metric's figures, or None when it needs scores and there are none."""
        if metric.needs_scores and self.subset.scores is None:
            return None
        match metric.interval:
            case "wilson":
                return self._proportion(metric)
            case "bootstrap":
                return self._bootstrapped(metric)
            case "mean":
                return self._mean(metric)
            case "delong":
                return self._area(metric)
            case "bins":
                return self._calibration()
            case "none":
                values = np.atleast_1d(_of_counts(metric)(self.counts))
                nothing = np.full(values.shape, np.nan)
                return Estimate(values, nothing, nothing, np.full(values.shape, self.subset.n), "count")

    def _proportion(self, metric: Metric) -> Estimate:
        if metric.parts is None:
            raise ValueError(f"metric {metric.name}: interval wilson needs parts, got none; declare them")
        successes, trials = map(np.atleast_1d, metric.parts(self.counts))
        values = np.atleast_1d(_of_counts(metric)(self.counts))
        low, high = wilson(successes, trials, self.settings.level)
        if metric.from_share is not None:
            low, high = metric.from_share(low), metric.from_share(high)
        if self._draws is not None:
            low, high = self._widened(metric, low, high, values, _of_counts(metric)(self._cluster_counts()))
        return Estimate(values, low, high, trials, self.settings.method("wilson"))

    def _bootstrapped(self, metric: Metric) -> Estimate:
        function = _of_counts(metric)
        value = float(function(self.counts))
        limits = None
        if not np.isnan(value):
            drawn = self._once("cells", self._draw_cells)
            limits = metric_limits(function, drawn, value, self.settings.level, metric.lowest, metric.highest)
        low, high = _column(limits)
        if self._draws is not None and limits is not None:
            low, high = self._widened(metric, low, high, np.array([value]), function(self._cluster_counts())[:, None])
        return Estimate(np.array([value]), low, high, np.array([self.subset.n]), self.settings.method("bootstrap"))

    def _mean(self, metric: Metric) -> Estimate:
        losses = np.asarray(_of_scores(metric)(self.subset.gold, self._scores))
        n, value = len(losses), float(losses.mean())
        limits: Limits | None = None
        if n > 1:
            half = float(stats.t.isf((1 - self.settings.level) / 2, n - 1) * losses.std(ddof=1) / np.sqrt(n))
            limits = max(value - half, metric.lowest), min(value + half, metric.highest)
        low, high = _column(limits)
        if self._draws is not None and limits is not None:
            sums = self._draws.sums(self._codes, np.column_stack([losses, np.ones(n)]))
            with np.errstate(invalid="ignore", divide="ignore"):
                low, high = self._widened(metric, low, high, np.array([value]), (sums[:, 0] / sums[:, 1])[:, None])
        return Estimate(np.array([value]), low, high, np.array([n]), self.settings.method("normal"))

    def _area(self, metric: Metric) -> Estimate:
        area: AreaUnderCurve = self._once("area", lambda: one_vs_rest(self.subset.gold, self._scores))
        values, influence, n_smaller = area.values, area.influence, area.n_smaller
        if metric.kind == "overall":
            mean, one, smallest = macro(area)
            values, influence, n_smaller = np.array([mean]), one[:, None], np.array([smallest])
        low, high = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
        variance = (influence**2).sum(axis=0)
        for c in np.flatnonzero(~np.isnan(values)):
            low[c], high[c] = auc_limits(values[c], variance[c], int(n_smaller[c]), self.settings.level)
        if self._draws is not None:
            drawn = np.clip(values + self._draws.sums(self._codes, influence), 0, 1)
            low, high = self._widened(metric, low, high, values, drawn)
        return Estimate(values, low, high, np.full(values.shape, self.subset.n), self.settings.method("delong"))

    def _calibration(self) -> Estimate:
        bins: CalibrationBins = self._once("bins", lambda: calibration_bins(self.subset.gold, self._scores))
        config = self.settings.config
        rng = self.settings.generator(self.settings.id_of("ece", self.subset.scope))
        low, high = _column(calibration_limits(bins, config.bootstrap, config.level, rng))
        if self._draws is not None:
            low, high = self._clustered_calibration(bins, low, high)
        value = np.array([expected_calibration_error(bins)])
        return Estimate(value, low, high, np.array([self.subset.n]), self.settings.method("bootstrap of bins"))

    def _clustered_calibration(
        self, bins: CalibrationBins, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        assert self._draws is not None
        n_rows, n_bins = self.subset.n, len(bins.n)
        is_hit = self._scores.argmax(axis=1) == self.subset.gold
        columns = np.zeros((n_rows, n_bins + 1))
        columns[np.arange(n_rows), bins.index] = is_hit - self._scores.max(axis=1)
        columns[:, -1] = 1
        sums = self._draws.sums(self._codes, columns)
        size = np.maximum(sums[:, -1], 1)
        apart = bins.hits - bins.confidence
        noise = sums[:, :-1] - apart

        def figure_at(scale: float) -> np.ndarray:
            return np.asarray(np.abs(scale * apart + noise).sum(axis=1) / size)

        limits = folded_limits(expected_calibration_error(bins), figure_at, self.settings.level)
        return np.minimum(low, limits[0]), np.maximum(high, limits[1])

    def _draw_cells(self) -> tuple[ClassCounts, ClassCounts]:
        rng = self.settings.generator(self.settings.id_of("cells", self.subset.scope))
        return draw_counts(self.cells, self.settings.config.bootstrap, rng)

    def _cluster_counts(self) -> ClassCounts:
        def make() -> ClassCounts:
            assert self._draws is not None
            return self._draws.counts(self._codes, self.subset.gold, self.subset.predicted, len(self.settings.labels))

        return self._once("cluster counts", make)

    def _widened(
        self, metric: Metric, low: np.ndarray, high: np.ndarray, values: np.ndarray, replicates: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Percentiles of resampled clusters, never narrower than the interval that ignores them.

        Where no cluster differs from another (all right, say) the percentiles say nothing; the interval that ignores
        clusters is then stretched as if each cluster were one example.
        """
        stretch = self.subset.n / len(np.unique(self._codes))
        for c, column in enumerate(np.atleast_2d(replicates.T)):
            known = column[~np.isnan(column)]
            if not len(known) or np.isnan(low[c]):
                continue
            below, above = percentiles(known, self.settings.level)
            if np.ptp(known) == 0:
                below = values[c] - stretch * (values[c] - low[c])
                above = values[c] + stretch * (high[c] - values[c])
            low[c] = max(min(low[c], below), metric.lowest)
            high[c] = min(max(high[c], above), metric.highest)
        return low, high

    @property
    def _scores(self) -> np.ndarray:
        assert self.subset.scores is not None
        return self.subset.scores

    @property
    def _codes(self) -> np.ndarray:
        assert self.subset.clusters is not None
        return self.subset.clusters

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]  # type: ignore[return-value]


def _column(limits: Limits | None) -> tuple[np.ndarray, np.ndarray]:
    low, high = limits if limits is not None else (np.nan, np.nan)
    return np.array([low]), np.array([high])


def _of_counts(metric: Metric) -> Callable[[ClassCounts], np.ndarray]:
    if metric.of_counts is None:
        raise ValueError(f"metric {metric.name}: interval {metric.interval} needs of_counts, got none; declare it")
    return metric.of_counts


def _of_scores(metric: Metric) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    if metric.of_scores is None:
        raise ValueError(f"metric {metric.name}: interval {metric.interval} needs of_scores, got none; declare it")
    return metric.of_scores
