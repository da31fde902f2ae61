"""Are texts about women left alone by the swap more often than texts about men?"""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import NEWCOMBE, WILSON
from boletim.probes.context import ProbeContext
from boletim.probes.findings.verdict import Value, judge, make_finding, rule_of
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, undefined
from boletim.probes.statistics.paired import share
from boletim.probes.swaps.swap import Swap

_NONE = {
    "female": Reason.of("no_text_about_women"),
    "male": Reason.of("no_text_about_men"),
}
_METRICS = {"female": "left_alone_women", "male": "left_alone_men"}


def left_alone_measures(context: ProbeContext, swaps: Sequence[Swap], scope: dict[str, str]) -> tuple[Measure, ...]:
    """The share left alone of texts with gendered words of women only, of men only, and the first minus the second.

    Without texts of a gender its share and the difference have no value, with the reason.

    References:
        Wilson 1927 (shares); Newcombe 1998, method 10 (their difference).
    """
    level = context.level
    sides = {gender: [s.status == "left alone" for s in swaps if s.gender == gender] for gender in _METRICS}
    estimates = {gender: share(sum(left), len(left), level) if left else None for gender, left in sides.items()}
    measures = [_share(gender, estimates[gender], len(sides[gender]), level, scope) for gender in _METRICS]
    women, men = estimates["female"], estimates["male"]
    if women is None or men is None:
        because = next(_NONE[gender] for gender, estimate in estimates.items() if estimate is None)
        return (*measures, undefined("left_alone_gap", scope, because, unit="difference"))
    gap = make_measure(
        "left_alone_gap",
        scope,
        newcombe(women, men),
        n=sum(map(len, sides.values())),
        level=level,
        unit="difference",
        method=NEWCOMBE,
        limits=(-1.0, 1.0),
    )
    return (*measures, gap)


def newcombe(first: Estimate, second: Estimate) -> Estimate:
    """The difference of two independent shares, from Wilson's interval of each.

    References:
        Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return Estimate(first.value - second.value)
    gap = first.value - second.value
    low = gap - float(np.hypot(first.value - first.low, second.high - second.value))
    high = gap + float(np.hypot(first.high - first.value, second.value - second.low))
    return Estimate(gap, low, high)


def left_alone_finding(context: ProbeContext, measures: Sequence[Measure]) -> Finding:
    """Whether the difference between the two shares lies beyond the margin."""
    women, men, gap = (
        next(measure for measure in measures if measure.metric == metric)
        for metric in (*_METRICS.values(), "left_alone_gap")
    )
    verdict = judge(gap, context.margin, context.level)
    values: dict[str, Value] = {"women": women.value, "n_women": women.n, "men": men.value, "n_men": men.n}
    values |= {"value": gap.value, "low": gap.low, "high": gap.high, "margin": context.margin}
    rule = rule_of([gap], verdict, context.margin)
    topic = "pronoun_swap_left" if gap.value is not None else "pronoun_swap_left_one_sided"
    return make_finding(topic, verdict, [gap, women, men], values, rule)


def _share(gender: str, estimate: Estimate | None, n: int, level: float, scope: dict[str, str]) -> Measure:
    metric = _METRICS[gender]
    if estimate is None:
        return undefined(metric, scope, _NONE[gender], unit="share")
    return make_measure(metric, scope, estimate, n=n, level=level, unit="share", method=WILSON)
