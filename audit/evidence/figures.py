"""Measures of one subset: every metric, overall and per class."""

from collections.abc import Iterable, Iterator

import numpy as np

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.evidence.summed import SummedEvidence
from boletim.audit.evidence.weighted import WeightedEvidence
from boletim.audit.metrics.metric import Metric, all_metrics
from boletim.audit.settings import Settings
from boletim.audit.tally.clusters import ClusterDraws
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.sums import SubsetSums
from boletim.contracts.measure import Measure


def subset_measures(
    subset: Subset | SubsetSums, settings: Settings, draws: ClusterDraws | None = None
) -> Iterator[Measure]:
    """Every metric on one subset, as measures.

    A figure on fewer than `min_group` examples keeps its value and interval, and says that it is not judged. In a
    crossing of two columns the classes without examples are left out.

    Args:
        subset: The examples; at least one.
        settings: Level, names, seed.
        draws: Resampled clusters, or None for independent examples.
    """
    yield from measures_of(evidence_of(subset, settings, draws), all_metrics())


def evidence_of(subset: Subset | SubsetSums, settings: Settings, draws: ClusterDraws | None) -> SubsetEvidence:
    """What the metrics of a subset share: from its rows, its sums or its weighted rows."""
    if isinstance(subset, SubsetSums):
        return SummedEvidence(subset, settings)
    return (SubsetEvidence if subset.weights is None else WeightedEvidence)(subset, settings, draws)


def measures_of(evidence: SubsetEvidence, metrics: Iterable[Metric]) -> Iterator[Measure]:
    """Some metrics on the subset that the evidence is of, as measures."""
    subset, settings = evidence.subset, evidence.settings
    for metric in metrics:
        estimate = evidence.estimate(metric)
        if metric.kind == "overall":
            yield _measure(metric, estimate, 0, subset.scope, settings, subset)
            continue
        for place, label in enumerate(settings.labels):
            if subset.is_crossed and evidence.counts.gold[place] == 0:
                continue
            yield _measure(metric, estimate, place, {"class": label, **subset.scope}, settings, subset)


def _measure(
    metric: Metric,
    estimate: Estimate | None,
    place: int,
    scope: dict[str, str],
    settings: Settings,
    subset: Subset | SubsetSums,
) -> Measure:
    value = low = high = None
    n, method, reason = subset.n, None, subset.absent_because
    if estimate is not None:
        value, low, high = (_number(part[place]) for part in (estimate.values, estimate.low, estimate.high))
        n, method = int(estimate.n[place]), estimate.method
        reason = metric.undefined if value is None else ""
    has_interval = low is not None and high is not None
    if value is not None and scope and metric.unit != "count":
        reason = doubt(n, has_interval, settings)
    return Measure(
        id=settings.id_of(metric.name, scope),
        metric=metric.name,
        value=value,
        low=low,
        high=high,
        level=settings.level if has_interval else None,
        n=n,
        unit=metric.unit,
        higher_is_better=metric.higher_is_better,
        scope=scope,
        method=method if has_interval or metric.interval == "none" else None,
        undefined_because=reason or None,
    )


def doubt(n: int, has_interval: bool, settings: Settings) -> str:
    """Why a figure is shown and not judged; empty when it is judged."""
    least = settings.config.min_group
    if n < least:
        return f"shown, not judged: {n} < min_group {least}"
    return "" if has_interval else "shown, not judged: only one class occurs, so there is no interval"


def _number(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)
