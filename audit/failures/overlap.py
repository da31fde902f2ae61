"""Test texts that nearly repeat a training text, and what they do to the score."""

import numpy as np

from boletim.audit.kind import Sample
from boletim.audit.metrics.overall.f1_macro import METRIC as F1_MACRO
from boletim.audit.metrics.overall.f1_macro import f1_macro
from boletim.audit.settings import Settings
from boletim.audit.statistics.bootstrap import metric_limits
from boletim.audit.statistics.counts import ClassCounts
from boletim.audit.statistics.proportions import difference, wilson
from boletim.audit.tally.draws import Independent
from boletim.audit.tally.subsets import Subset
from boletim.contracts.finding import Finding, FindingVerdict
from boletim.contracts.measure import Measure, Unit
from boletim.contracts.method import BOOTSTRAP_OF_EXAMPLES, NEWCOMBE, WILSON, Method

Limits = tuple[float, float]


def overlap_measures(sample: Sample, is_copy: np.ndarray) -> list[Measure]:
    """How many test texts repeat training texts, the score without them, and what they add to accuracy.

    The effect is the accuracy of all less the accuracy without the copies: their share times the difference between
    copies and others, so its interval is Newcombe's of that difference times the share.

    Args:
        sample: The answers, whose rows are kept.
        is_copy: (n,) bool.
    """
    settings, by_row = sample.settings, sample.kind.by_row
    n, n_copies = sample.answers.n, int(is_copy.sum())
    share = n_copies / n
    made = [_measure("train_overlap", share, _wilson(n_copies, n, settings), n, WILSON, settings)]
    if n_copies in (0, n) or by_row is None:
        return made
    is_hit = by_row.hits(sample.answers)
    x, x_rest = int(is_hit[is_copy].sum()), int(is_hit[~is_copy].sum())
    n_rest = n - n_copies
    rates = np.array(x / n_copies), np.array(x_rest / n_rest)
    limits = [wilson(np.array(k), np.array(m), settings.level) for k, m in ((x, n_copies), (x_rest, n_rest))]
    low, high = (share * float(limit) for limit in difference(rates[0], limits[0], rates[1], limits[1]))
    effect = share * float(rates[0] - rates[1])
    f1, drawn = _f1_of(sample, ~is_copy)
    f1_limits = metric_limits(f1_macro, drawn, f1, settings.level, F1_MACRO.lowest, F1_MACRO.highest)
    return [
        *made,
        _measure(
            "accuracy_without_overlap", float(rates[1]), _wilson(x_rest, n_rest, settings), n_rest, WILSON, settings
        ),
        _measure("f1_macro_without_overlap", f1, f1_limits, n_rest, BOOTSTRAP_OF_EXAMPLES, settings, "score"),
        _measure("overlap_effect", effect, (low, high), n, NEWCOMBE, settings, "difference"),
    ]


def _f1_of(sample: Sample, rows: np.ndarray) -> tuple[float, tuple[ClassCounts, ClassCounts]]:
    """Macro F1 of some of the examples, and its replicates."""
    answers, settings = sample.answers, sample.settings
    subset = Subset({}, answers.gold[rows], answers.predicted[rows], None)
    evidence = sample.kind.evidence(subset, settings, Independent())
    return float(f1_macro(evidence.counts)), evidence.redrawn(
        settings.generator("f1_macro_without_overlap"), is_fixed=False
    )


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
        severity="high" if verdict == "shown" else "info",
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


def _wilson(successes: int, trials: int, settings: Settings) -> Limits:
    low, high = wilson(np.array(successes), np.array(trials), settings.level)
    return float(low), float(high)


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
