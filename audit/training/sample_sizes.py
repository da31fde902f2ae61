"""Would more data help? Scores of refits at growing sizes, with intervals, and the gain from twice the data.

Two things make a score uncertain: which examples are in the test set, which all refits share, and which training
examples and random numbers a refit had. An interval draws both again: the test examples (or their clusters) by the
bootstrap, the rest from a normal distribution whose variance is pooled over the sizes and drawn too.

References:
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 6.5 (parametric), 8; Bouthillier et al. (2021),
    Accounting for Variance in Machine Learning Benchmarks, MLSys (what varies from fit to fit).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.audit.metrics.metric import find_metric
from boletim.audit.settings import Settings
from boletim.audit.statistics.bootstrap import percentiles
from boletim.audit.statistics.counts import confusion, counts_of
from boletim.audit.statistics.power_law import FEWEST_SIZES, fit_power_laws
from boletim.audit.tally.clusters import ClusterDraws
from boletim.contracts.finding import Finding, FindingVerdict
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP_REFITS
from boletim.contracts.results.sample_sizes import SizeCurve, SizePoint

GAIN, SCORE = "gain_from_doubling", "score_by_sample_size"
_ELSE = "accuracy"


@dataclass(frozen=True)
class Refit:
    """One model trained on part of the training split."""

    n_train: int
    predicted: np.ndarray
    """(n_test,) class codes on the test set."""


def study_sizes(
    refits: Sequence[Refit],
    gold: np.ndarray,
    clusters: np.ndarray | None,
    metric: str,
    settings: Settings,
    worthwhile: float,
) -> tuple[SizeCurve, list[Measure], Finding]:
    """The score at each size, the law through them, and what twice the data would gain.

    Args:
        refits: At least one, in any order; intervals need a size with two.
        gold: (n_test,) true class codes, at least one.
        clusters: (n_test,) author or template of each example; None where they are independent.
        metric: What the search went for; where it is no metric of predicted labels, accuracy is taken.
        settings: Level, replicates, seed and labels.
        worthwhile: The smallest gain that is worth having.

    Returns:
        The curve; `score_by_sample_size{n_train=…}` per size and `gain_from_doubling`; and whether it is worthwhile.
    """
    of_counts = find_metric(metric).of_counts
    used = metric if of_counts is not None else _ELSE
    sizes, place = np.unique([refit.n_train for refit in refits], return_inverse=True)
    n_refits = np.bincount(place)
    values, redrawn = _scores(refits, gold, clusters, used, settings)
    means = np.bincount(place, values) / n_refits
    replicates = _redraw_refits(values - means[place], place, redrawn, settings)
    limits = [_limits(None if replicates is None else replicates[:, i], settings) for i in range(len(sizes))]
    measures = [
        _measure(SCORE, {"n_train": str(size)}, float(mean), ends, len(gold), settings)
        for size, mean, ends in zip(sizes, means, limits, strict=True)
    ]
    points = tuple(
        SizePoint(n_train=int(size), n_refits=int(n), value=float(m.value or 0), low=m.low, high=m.high)
        for size, n, m in zip(sizes, n_refits, measures, strict=True)
    )
    law = None
    gain = _measure(GAIN, {}, None, (None, None), len(gold), settings)
    if len(sizes) >= FEWEST_SIZES:
        law = fit_power_laws(sizes, 1 - means[None, :], n_refits)
        gains = None if replicates is None else fit_power_laws(sizes, 1 - replicates, n_refits).gain_from_doubling()
        value = float(law.gain_from_doubling()[0])
        gain = _measure(GAIN, {}, value, _limits(gains, settings), len(gold), settings)
    curve = SizeCurve(
        metric=used,
        points=points,
        floor=float(law.floor[0]) if law else None,
        slope=float(law.slope[0]) if law else None,
        exponent=float(law.exponent[0]) if law else None,
        n_test=len(gold),
        level=settings.level,
        worthwhile=worthwhile,
    )
    return curve, [*measures, gain], _finding(gain, curve)


def _scores(
    refits: Sequence[Refit], gold: np.ndarray, clusters: np.ndarray | None, metric: str, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    """(n_refits,) scores, and (n_draws, n_refits) on redrawn test examples, the same ones for all refits."""
    of_counts, k = find_metric(metric).of_counts, len(settings.labels)
    assert of_counts is not None
    units = np.arange(len(gold)) if clusters is None else clusters
    draws = ClusterDraws(units, settings.config.bootstrap, settings.generator("sample_sizes"))
    redrawn, values = [], []
    for refit in refits:
        redrawn.append(of_counts(draws.counts(gold, refit.predicted, k)))
        values.append(float(of_counts(counts_of(confusion(gold, refit.predicted, k)))))
    return np.array(values), np.column_stack(redrawn)


def _redraw_refits(
    residuals: np.ndarray, place: np.ndarray, redrawn: np.ndarray, settings: Settings
) -> np.ndarray | None:
    """(n_draws, n_sizes) mean scores had the refits been made again too; None where no size has two."""
    n_refits = np.bincount(place)
    degrees = len(residuals) - len(n_refits)
    if degrees == 0:
        return None
    rng = settings.generator("refits")
    member = (place[:, None] == np.arange(len(n_refits))) / n_refits
    spread = np.sqrt((residuals**2).sum() / rng.chisquare(degrees, size=(len(redrawn), 1)))
    noise = rng.normal(size=(len(redrawn), len(n_refits))) * spread / np.sqrt(n_refits)
    return np.asarray(redrawn @ member + noise)


def _limits(replicates: np.ndarray | None, settings: Settings) -> tuple[float | None, float | None]:
    return (None, None) if replicates is None else percentiles(replicates, settings.level)


def _measure(
    metric: str,
    scope: dict[str, str],
    value: float | None,
    limits: tuple[float | None, float | None],
    n: int,
    settings: Settings,
) -> Measure:
    low, high = limits
    is_whole = value is not None and low is not None
    return Measure(
        id=measure_id(metric, scope),
        metric=metric,
        value=value,
        low=min(low, value) if value is not None and low is not None else None,
        high=max(high, value) if value is not None and high is not None else None,
        level=settings.level if is_whole else None,
        n=n,
        unit="difference" if metric == GAIN else "score",
        higher_is_better=None if metric == GAIN else True,
        scope=scope,
        method=BOOTSTRAP_REFITS if is_whole else None,
        undefined_because=None if value is not None else Reason.of("few_sizes", n=FEWEST_SIZES),
    )


def _finding(gain: Measure, curve: SizeCurve) -> Finding:
    values: dict[str, str | float | int | None] = {
        "metric": curve.metric,
        "n_train": curve.points[-1].n_train,
        "n_sizes": len(curve.points),
        "gain": gain.value,
        "low": gain.low,
        "high": gain.high,
        "worthwhile": curve.worthwhile,
    }
    verdict: FindingVerdict = "insufficient evidence"
    if gain.low is None or gain.high is None:
        key = "more_data_unknown"
    elif gain.low >= curve.worthwhile:
        verdict, key = "shown", "more_data_shown"
    elif gain.high < curve.worthwhile:
        verdict, key = "shown absent", "more_data_absent"
    else:
        key = "more_data_open"
    return Finding(
        kind="data",
        verdict=verdict,
        measures=(gain.id, *(measure_id(SCORE, {"n_train": str(point.n_train)}) for point in curve.points)),
        key=key,
        values=values,
    )
