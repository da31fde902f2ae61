"""Measures of one subset: every metric, overall and per class."""

from collections.abc import Iterable, Iterator

import numpy as np

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.metrics.metric import Metric
from boletim.audit.settings import Settings, doubt
from boletim.audit.tally.tally import Part
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure


def measures_of(evidence: SubsetEvidence, metrics: Iterable[Metric]) -> Iterator[Measure]:
    """Some metrics on one subset, as measures.

    A figure on fewer than `min_group` examples keeps its value and interval, and says that it is not judged. In a
    crossing of two columns the classes without examples are left out, and classes of which no column tells anything.

    Args:
        evidence: Of at least one example.
        metrics: In order.
    """
    subset, settings = evidence.subset, evidence.settings
    for metric in metrics:
        estimate = evidence.estimate(metric)
        if metric.kind == "overall":
            yield _measure(metric, estimate, 0, subset.scope, settings, subset)
            continue
        for place, label in enumerate(settings.labels):
            if not subset.speaks_of(place) or (subset.is_crossed and evidence.counts.gold[place] == 0):
                continue
            yield _measure(metric, estimate, place, {"class": label, **subset.scope}, settings, subset)


def _measure(
    metric: Metric,
    estimate: Estimate | None,
    place: int,
    scope: dict[str, str],
    settings: Settings,
    subset: Part,
) -> Measure:
    value = low = high = None
    n, method = subset.n, None
    reason: Reason | None = subset.absent_because
    if estimate is not None:
        value, low, high = (_number(part[place]) for part in (estimate.values, estimate.low, estimate.high))
        n, method = int(estimate.n[place]), estimate.method
        reason = metric.undefined if value is None else None
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
        undefined_because=reason,
    )


def _number(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)
