"""Test texts that nearly repeat a training text, and what they do to the score."""

from dataclasses import replace

import numpy as np

from boletim.audit.evidence.rows import Estimate
from boletim.audit.kind import Sample
from boletim.audit.metrics.overall.f1_macro import METRIC as F1_MACRO
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import share_limits, split_limits
from boletim.audit.tally.draws import draws_of
from boletim.audit.tally.subsets import Subset
from boletim.contracts.finding import Finding, FindingVerdict
from boletim.contracts.measure import Measure, Unit
from boletim.contracts.method import NEWCOMBE, T_CLUSTERS, WILSON, Method

Limits = tuple[float, float]


def overlap_measures(sample: Sample, is_copy: np.ndarray) -> list[Measure]:
    """How many test texts repeat training texts, the score without them, and what they add to accuracy.

    The effect is the accuracy of all less the accuracy without the copies: their share times the difference between
    copies and others, so its interval is that of the difference times the share.

    Args:
        sample: The answers, whose rows are kept.
        is_copy: (n,) bool.
    """
    by_row, codes, settings = sample.kind.by_row, sample.draws.codes, replace(sample.settings, is_weighted=False)
    n, n_copies, level = sample.answers.n, int(is_copy.sum()), settings.level
    share, wilson = n_copies / n, settings.method(WILSON)
    limits = share_limits(is_copy, np.ones(n, dtype=bool), codes, level)
    made = [_measure("train_overlap", share, limits, n, wilson, settings)]
    if n_copies in (0, n) or by_row is None:
        return made
    is_hit, others = by_row.hits(sample.answers), ~is_copy
    accuracy, n_others = float(is_hit[others].mean()), n - n_copies
    limits = share_limits(is_hit, others, codes, level)
    made.append(_measure("accuracy_without_overlap", accuracy, limits, n_others, wilson, settings))
    f1 = _f1_of(sample, settings, others)
    ends = None if np.isnan(f1.low[0]) else (float(f1.low[0]), float(f1.high[0]))
    made.append(_measure("f1_macro_without_overlap", float(f1.values[0]), ends, n_others, f1.method, settings, "score"))
    low, high = (share * end for end in split_limits(is_hit, is_copy, codes, level))
    how = T_CLUSTERS if settings.is_clustered else NEWCOMBE
    effect = share * (float(is_hit[is_copy].mean()) - accuracy)
    return [*made, _measure("overlap_effect", effect, (low, high), n, how, settings, "difference")]


def _f1_of(sample: Sample, settings: Settings, rows: np.ndarray) -> Estimate:
    """Macro F1 of some of the examples, which all count alike."""
    answers, codes = sample.answers, sample.draws.codes_of(np.flatnonzero(rows))
    draws = draws_of(codes, None, 1, settings.generator("f1_macro_without_overlap"))  # no clusters are drawn again
    subset = Subset({}, answers.gold[rows], answers.predicted[rows], None, draws.codes)
    found = sample.kind.evidence(subset, settings, draws).estimate(F1_MACRO)
    assert found is not None
    return found


def overlap_finding(measures: list[Measure], settings: Settings) -> Finding | None:
    """Whether copies of training texts change the accuracy; None where there are no copies."""
    by_name = {measure.metric: measure for measure in measures}
    effect, share = by_name.get("overlap_effect"), by_name["train_overlap"]
    if effect is None or effect.value is None or effect.low is None or effect.high is None:
        return None
    margin = settings.config.margin
    verdict: FindingVerdict = "insufficient evidence"
    key = "overlap_open"
    if effect.low > margin:
        verdict, key = "shown", "overlap_lifts"
    elif max(abs(effect.low), abs(effect.high)) <= margin:
        verdict, key = "shown absent", "overlap_harmless"
    n_copies = round((share.value or 0) * share.n)
    return Finding(
        rule="copies" if verdict == "shown" else None,
        kind="overlap",
        verdict=verdict,
        measures=tuple(by_name[name].id for name in by_name),
        key=key,
        values={
            "n_copies": n_copies,
            "n": share.n,
            "effect": effect.value,
            "low": effect.low,
            "high": effect.high,
            "margin": margin,
        },
    )


def _measure(
    metric: str,
    value: float,
    limits: Limits | None,
    n: int,
    method: Method,
    settings: Settings,
    unit: Unit = "share",
) -> Measure:
    return Measure(
        id=metric,
        metric=metric,
        value=value,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=settings.level if limits else None,
        n=n,
        unit=unit,
        higher_is_better=None if metric in ("train_overlap", "overlap_effect") else True,
        method=method if limits else None,
    )
