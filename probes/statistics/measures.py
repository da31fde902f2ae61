"""Turn estimates into measures, and give every test of one probe its q."""

from collections.abc import Iterable, Sequence

from scipy import stats

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, Unit, measure_id
from boletim.contracts.method import Method
from boletim.probes.statistics.crossed import Estimate

NO_INTERVAL = Reason.of("interval_needs_frames")


def make_measure(
    metric: str,
    scope: dict[str, str],
    estimate: Estimate,
    *,
    n: int,
    level: float,
    unit: Unit,
    method: Method,
    higher_is_better: bool | None = None,
    limits: tuple[float, float] = (0.0, 1.0),
    no_interval: Reason = NO_INTERVAL,
) -> Measure:
    """A measure with its interval, cut to the range that the metric can take.

    Without an interval the value is shown and `undefined_because` says why it is not judged.
    """
    has_interval = estimate.low is not None and estimate.high is not None
    return Measure(
        id=measure_id(metric, scope),
        metric=metric,
        value=estimate.value,
        low=max(limits[0], estimate.low) if estimate.low is not None else None,
        high=min(limits[1], estimate.high) if estimate.high is not None else None,
        level=level if has_interval else None,
        n=n,
        unit=unit,
        higher_is_better=higher_is_better,
        scope=scope,
        method=method if has_interval else None,
        p=estimate.p,
        undefined_because=None if has_interval else no_interval,
    )


def undefined(metric: str, scope: dict[str, str], because: Reason, *, unit: Unit, n: int = 0) -> Measure:
    """A measure without a value, and its reason."""
    return Measure(
        id=measure_id(metric, scope), metric=metric, value=None, n=n, unit=unit, scope=scope, undefined_because=because
    )


def with_q(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The same measures, each p with its Benjamini-Hochberg q over all of them: one family per probe.

    References:
        Benjamini and Hochberg 1995.
    """
    listed: Sequence[Measure] = tuple(measures)
    tested = [measure.p for measure in listed if measure.p is not None]
    if not tested:
        return tuple(listed)
    adjusted = iter(stats.false_discovery_control(tested, method="bh"))
    return tuple(
        measure if measure.p is None else measure.model_copy(update={"q": float(next(adjusted))}) for measure in listed
    )
