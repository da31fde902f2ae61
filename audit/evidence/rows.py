"""A metric on one subset: values with intervals, for all classes at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import sparse

from boletim.audit.metrics.metric import Metric, declared
from boletim.audit.settings import Settings
from boletim.audit.statistics.bins import CalibrationBins
from boletim.audit.statistics.bootstrap import Limits, draw_counts, metric_limits, percentiles
from boletim.audit.statistics.calibration import (
    BinsFigure,
    calibration_bins,
    calibration_limits,
    limits_with_noise,
)
from boletim.audit.statistics.clustered_limits import share_limits
from boletim.audit.statistics.counts import ClassCounts, confusion, counts_of
from boletim.audit.statistics.delong import AreaUnderCurve, macro, one_vs_rest
from boletim.audit.statistics.effective_share import effective_share
from boletim.audit.statistics.influence import Influenced, influence_limits
from boletim.audit.statistics.losses import loss_limits, loss_parts
from boletim.audit.statistics.proportions import wilson
from boletim.audit.tally.clusters import ClusterDraws, as_counts, clustered_wilson, indicators, stretch_of_t
from boletim.audit.tally.draws import Draws, Ends
from boletim.audit.tally.subsets import Subset
from boletim.contracts.method import (
    BOOTSTRAP,
    BOOTSTRAP_OF_BINS,
    BOOTSTRAP_OF_EXAMPLES,
    COUNT,
    DELONG,
    INFLUENCE,
    WILSON,
    Method,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Estimate:
    """One metric's figures: one entry, or one per class. NaN where undefined or without interval."""

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    """Denominators."""
    method: Method


class SubsetEvidence:
    """What the metrics of one subset share, made when first asked for."""

    _is_exclusive = True
    """Whether an example is of one class only."""
    _drawn = "cells"
    """What replicates are drawn of, for the name of their randomness."""
    _weights: np.ndarray | None = None
    """(n,) 1 in the mean, where examples have weights."""

    def __init__(self, subset: Subset, settings: Settings, draws: Draws) -> None:
        self.subset = subset
        self.settings = settings
        self.cells = confusion(subset.gold, subset.predicted, len(settings.labels))
        self.counts: ClassCounts = counts_of(self.cells)
        self._draws = draws
        self._made: dict[str, object] = {}

    @property
    def sizes(self) -> ClassCounts:
        """Numbers of examples, whatever they weigh."""
        return self.counts

    def estimate(self, metric: Metric) -> Estimate | None:
        """The metric's figures, or None when it needs scores and there are none."""
        if metric.needs_scores and self.subset.scores is None:
            return None
        match metric.interval:
            case "wilson":
                return self._proportion(metric)
            case "bootstrap" | "examples":
                return self._bootstrapped(metric)
            case "mean":
                return self._mean(metric)
            case "share":
                return self._share(metric)
            case "delong":
                return self._area(metric)
            case "influence":
                return self._influenced(metric)
            case "bins":
                return self._calibration(metric)
            case "none":
                values = np.atleast_1d(declared(metric, "of_counts", metric.of_counts)(self.sizes))
                nothing = np.full(values.shape, np.nan)
                return Estimate(values, nothing, nothing, np.full(values.shape, self.subset.n), COUNT)

    def _proportion(self, metric: Metric) -> Estimate:
        values = np.atleast_1d(declared(metric, "of_counts", metric.of_counts)(self.counts))
        trials = np.atleast_1d(metric.parts_of(self.sizes)[1])

        def of_clusters(draws: ClusterDraws) -> Ends:
            parts = metric.parts_of(self._counts_per_cluster(draws))
            hits, tried = (np.asarray(part).reshape(-1, len(values)) for part in parts)
            return clustered_wilson(hits, tried, self.settings.level)

        low, high = self._draws.wider(self._limits_of_parts(metric), of_clusters)
        if metric.from_share is not None:
            low, high = metric.from_share(low), metric.from_share(high)
        is_known = ~np.isnan(values)
        low, high, trials = np.where(is_known, low, np.nan), np.where(is_known, high, np.nan), trials * is_known
        return Estimate(values, low, high, trials, self.settings.method(WILSON))

    def _bootstrapped(self, metric: Metric) -> Estimate:
        function = declared(metric, "of_counts", metric.of_counts)
        value = float(function(self.counts))
        is_fixed, limits = metric.interval == "bootstrap", None
        if not np.isnan(value):
            drawn = self._once(f"cells, {is_fixed}", lambda: self._draw_cells(is_fixed))
            limits = metric_limits(function, drawn, value, self.settings.level, metric.lowest, metric.highest)
        ends, values = _column(limits), np.array([value])

        def of_clusters(draws: ClusterDraws) -> Ends:
            of_sums, columns = lambda sums: function(self._as_counts(sums)), self._columns
            share = effective_share(of_sums, columns, self._codes, self.settings.level)
            drawn = self._draw_cells(is_fixed, share)
            return _column(metric_limits(function, drawn, value, self.settings.level, metric.lowest, metric.highest))

        low, high = ends if limits is None else self._draws.wider(ends, of_clusters)
        return Estimate(values, low, high, np.array([self.subset.n]), self._method_of(metric))

    def _method_of(self, metric: Metric) -> Method:
        return self.settings.method(BOOTSTRAP if metric.interval == "bootstrap" else BOOTSTRAP_OF_EXAMPLES)

    def _mean(self, metric: Metric) -> Estimate:
        subset = self.subset
        parts = loss_parts(
            declared(metric, "of_scores", metric.of_scores), subset.gold, self._scores, self._weights, subset.clusters
        )
        low, high = _column(loss_limits(parts, self.settings.level, metric.lowest, metric.highest))
        return Estimate(np.array([parts.value]), low, high, np.array([subset.n]), self.settings.loss_method)

    def _share(self, metric: Metric) -> Estimate:
        hits = np.asarray(declared(metric, "of_scores", metric.of_scores)(self.subset.gold, self._scores))
        value, n = np.array([np.average(hits, weights=self._weights)]), len(hits)
        method = self.settings.method(WILSON)
        if metric.note is not None:
            method += metric.note(len(self.settings.labels))
        low, high = np.full(1, np.nan), np.full(1, np.nan)
        if not np.isnan(value[0]):
            everyone = np.ones(n, dtype=bool)
            low, high = _column(share_limits(hits, everyone, self.subset.clusters, self.settings.level, self._weights))
        return Estimate(value, low, high, np.array([n]), method)

    def _area(self, metric: Metric) -> Estimate:
        area: AreaUnderCurve = self._once("area", lambda: one_vs_rest(self.subset.gold, self._scores, self._weights))
        found = Influenced(area.values, area.influence, area.n_smaller)
        if metric.kind == "overall":
            mean, one, smallest = macro(area, is_exclusive=self._is_exclusive)
            found = Influenced(np.array([mean]), one[:, None], np.array([smallest]))
        return self._with_influence(metric, found, DELONG)

    def _influenced(self, metric: Metric) -> Estimate:
        if metric.of_influence is None:
            raise ValueError(f"metric {metric.name}: interval influence needs of_influence, got none; declare it")
        found = metric.of_influence(self.subset.gold, self._scores, self._weights)
        return self._with_influence(metric, found, INFLUENCE)

    def _with_influence(self, metric: Metric, found: Influenced, method: Method) -> Estimate:
        ends = influence_limits(found, self.settings.level, metric.lowest, metric.highest)

        def of_clusters(draws: ClusterDraws) -> Ends:
            drawn = np.clip(found.values + draws.sums(self._codes, found.influence), metric.lowest, metric.highest)
            return self._of_replicates(metric, ends, found.values, drawn)

        low, high = self._draws.wider(ends, of_clusters)
        n = np.full(found.values.shape, self.subset.n)
        return Estimate(found.values, low, high, n, self.settings.method(method))

    def _calibration(self, metric: Metric) -> Estimate:
        bins: CalibrationBins = self._once(
            "bins", lambda: calibration_bins(self.subset.gold, self._scores, self._weights)
        )
        figure, config = declared(metric, "of_bins", metric.of_bins), self.settings.config
        rng = self.settings.generator(self.settings.id_of(metric.name, self.subset.scope))
        ends = _column(calibration_limits(figure, bins, config.bootstrap, config.level, rng))
        apart = (self._scores.argmax(axis=1) == self.subset.gold) - self._scores.max(axis=1)
        low, high = self._draws.wider(ends, lambda draws: self._clustered_calibration(figure, bins, apart, draws))
        value = np.array([figure(bins)])
        return Estimate(value, low, high, np.array([self.subset.n]), self.settings.method(BOOTSTRAP_OF_BINS))

    def _clustered_calibration(
        self, figure: BinsFigure, bins: CalibrationBins, apart: np.ndarray, draws: ClusterDraws
    ) -> Ends:
        n_rows, n_bins = self.subset.n, len(bins.n)
        columns = np.zeros((n_rows, n_bins + 1))
        columns[np.arange(n_rows), bins.index] = apart
        columns[:, -1] = 1
        sums = draws.sums(self._codes, self._weighted(columns))
        noise = sums[:, :-1] - (bins.hits - bins.confidence)
        return _column(limits_with_noise(figure, bins, noise, np.maximum(sums[:, -1], 1), self.settings.level))

    def _limits_of_parts(self, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
        successes, trials = map(np.atleast_1d, metric.parts_of(self.counts))
        return wilson(successes, trials, self.settings.level)

    def _weighted(self, columns: np.ndarray) -> np.ndarray:
        return columns if self._weights is None else columns * self._weights[:, None]

    def redrawn(
        self, rng: np.random.Generator, *, is_fixed: bool = True, share: float = 1.0
    ) -> tuple[ClassCounts, ClassCounts]:
        """Counts of replicates, and what they are expected to be.

        Args:
            rng: Source of randomness.
            is_fixed: Whether each class keeps its examples; otherwise those are drawn too.
            share: Of the examples that count as independent.
        """
        return draw_counts(self.cells * share, self.settings.config.bootstrap, rng, is_fixed=is_fixed)

    def _draw_cells(self, is_fixed: bool, share: float = 1.0) -> tuple[ClassCounts, ClassCounts]:
        rng = self.settings.generator(self.settings.id_of(self._drawn, self.subset.scope))
        return self.redrawn(rng, is_fixed=is_fixed, share=share)

    def _counts_per_cluster(self, draws: ClusterDraws) -> ClassCounts:
        def make() -> ClassCounts:
            return self._as_counts(draws.per_cluster(self._codes, self._columns)[np.unique(self._codes)])

        return self._once("counts per cluster", make)

    @property
    def _columns(self) -> np.ndarray | sparse.spmatrix:
        """(n, n_columns) what each example adds to the counts; `_as_counts` reads sums of rows."""
        return indicators(self.subset.gold, self.subset.predicted, len(self.settings.labels), self._weights)

    def _as_counts(self, sums: np.ndarray) -> ClassCounts:
        return as_counts(sums, len(self.settings.labels))

    def _of_replicates(self, metric: Metric, ends: Ends, values: np.ndarray, replicates: np.ndarray) -> Ends:
        """Percentiles of resampled clusters, stretched about the value by what t adds for the number of clusters.

        Where no cluster differs from another (all right, say) the percentiles say nothing; the interval that ignores
        clusters is then stretched as if each cluster were one example.
        """
        n_clusters = len(np.unique(self._codes))
        stretch = self.subset.n / n_clusters
        of_t = stretch_of_t(n_clusters, self.settings.level)
        low, high = np.full(len(values), np.nan), np.full(len(values), np.nan)
        for c, column in enumerate(np.atleast_2d(replicates.T)):
            known = column[~np.isnan(column)]
            if not len(known) or np.isnan(ends[0][c]):
                continue
            below, above = percentiles(known, self.settings.level)
            below, above = values[c] - of_t * (values[c] - below), values[c] + of_t * (above - values[c])
            if np.ptp(known) == 0:
                below = values[c] - stretch * (values[c] - ends[0][c])
                above = values[c] + stretch * (ends[1][c] - values[c])
            low[c], high[c] = max(below, metric.lowest), min(above, metric.highest)
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
