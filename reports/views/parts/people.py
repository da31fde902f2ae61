"""Figures said as one would say them to a colleague: percentages, points and counts."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.results.card import GateOutcome
from boletim.reports.page.context import Context
from boletim.reports.page.numbers import decimals_beside, default_decimals

_GAPS = ("recall_gap", "accuracy_gap")
_WHOLE = 1e-6
_ALIKE = {"fail": "shown", "insufficient evidence": "insufficient evidence", "pass": "shown absent"}
"""What a gate and a finding say where they say the same."""


def gate_in_words(context: Context, gate: GateOutcome) -> str:
    """What a gate found and what its limit was; of an open one also what it does not judge."""
    said = _gate_found(context, gate)
    left_out = context.left_out(gate.left_out) if gate.status == "insufficient evidence" else ""
    return f"{said.removesuffix('.')}; {left_out}." if left_out else said


def _gate_found(context: Context, gate: GateOutcome) -> str:
    metric, scope = parse_measure_id(gate.measure)
    finding = _finding_of(context, gate.measure)
    decimals = max(decimals_beside(gate.threshold, gate.value, gate.low, gate.high) - 2, 0)
    is_known = finding is not None and gate.value is not None and finding.values.get("low_group")
    # only a gate that failed shows who is worse off; of an open one that is what cannot be told
    key = f"front.gate.{metric.removesuffix('_gap')}_{'class_gap' if 'class' in scope else 'gap'}"
    has_words = metric.endswith("_gap") and context.words.find(key) is not None
    if finding is not None and is_known and has_words and gate.status == "fail":
        values = {name: context.names.group(str(finding.values[name])) for name in ("low_group", "high_group")}
        said = context.text(
            key,
            **values,
            **_points(context, gate, decimals),
            label=context.names.one(scope.get("class", "")),
        )
        return f"{said} {_counted(context, finding, metric)}".rstrip()
    measure = context.evidence.get(gate.measure)
    name = context.measure_name(gate.measure)
    if gate.value is None:
        because = context.words.reason(gate.undefined_because)
        return context.text(f"front.gate.no_value{'_because' if because else ''}", name=name, because=because)
    figure = interval_in_words(context, gate.value, gate.low, gate.high, measure, decimals)
    bar = figure_in_words(context, gate.threshold, measure, decimals)
    return context.text(f"front.gate.{gate.bar}", name=name, figure=figure, bar=bar)


def _counted(context: Context, finding: Finding, metric: str) -> str:
    """Both shares of a gap as counts; empty where they are none, as with weights."""
    values = finding.values
    hits = {side: float(values[f"{side}_value"] or 0.0) * int(values[f"{side}_n"] or 0) for side in ("low", "high")}
    is_told = context.words.find(f"front.counted.{metric.removesuffix('_gap')}") is not None
    if not is_told or context.facts.settings.is_weighted or any(abs(n - round(n)) > _WHOLE for n in hits.values()):
        return ""
    return context.text(
        f"front.counted.{metric.removesuffix('_gap')}",
        **{f"{side}_hits": context.numbers.count(round(n)) for side, n in hits.items()},
        **{f"{side}_n": context.numbers.count(int(values[f"{side}_n"] or 0)) for side in hits},
        **{f"{side}_group": context.names.group(str(values[f"{side}_group"])) for side in hits},
    )


def gates_beside(context: Context, findings: Sequence[Finding]) -> list[str]:
    """What the gate on a finding's figure asked and found, where the two may look at odds; of a failed one that it did.

    Nothing where both leave it open or find nothing, or where its limit is the margin itself.
    """
    of = {finding.measures[0]: finding for finding in findings if finding.measures}
    said = []
    for gate in context.card.gates:
        measure = context.evidence.get(gate.measure)
        if gate.measure not in of or not is_gap(measure):
            continue
        if _ALIKE[gate.status] == of[gate.measure].verdict:
            said += [context.text("page_two.gate_failed")] if gate.status == "fail" else []
            continue
        if gate.threshold == context.facts.settings.margin:
            continue
        decimals = max(decimals_beside(gate.threshold) - 2, 0)
        bar = context.text(f"front.bars.{gate.bar}", bar=figure_in_words(context, gate.threshold, measure, decimals))
        result = context.text(f"page_two.gate_results.{context.badge(gate.status).token}")
        line = context.text("page_two.gate_beside", bar=bar, result=result)
        if len(of) > 1 and measure is not None and "class" in measure.scope:
            said_of = f"{line[:1].lower()}{line[1:]}"
            line = context.text("page_two.of_class", name=context.names.one(measure.scope["class"]), said=said_of)
        said.append(line)
    return said


def finding_in_words(context: Context, finding: Finding) -> str:
    """A finding as one would tell it; of what is no gap between groups, the claim as it stands."""
    values = finding.values
    metric = parse_measure_id(finding.measures[0])[0] if finding.measures else ""
    kind = metric.removesuffix("_gap")
    has_words = metric.endswith("_gap") and context.words.find(f"front.found.{kind}") is not None
    is_told = finding.kind == "disparity" and finding.verdict == "shown" and has_words
    if not is_told or context.facts.settings.is_weighted:  # a weighted share is no share of the texts counted
        return context.claim(finding)
    shares = {name: context.numbers.percentage(float(values[name] or 0.0)) for name in ("low_value", "high_value")}
    ends = [float(values[key] or 0.0) for key in ("gap_low", "gap_high")]
    decimals = context.numbers.decimals_beside_margin(*ends) - 2
    gap = {
        name: context.numbers.number(100 * float(values[key] or 0.0), decimals)
        for name, key in (("gap", "gap"), ("low", "gap_low"), ("high", "gap_high"))
    }
    groups = {name: context.names.group(str(values[name])) for name in ("low_group", "high_group")}
    counts = {name: context.numbers.count(int(values[name] or 0)) for name in ("low_n", "high_n")}
    label = context.names.one(str(values.get("class", "")))
    said = context.text(f"front.found.{kind}", label=label, **shares, **gap, **groups, **counts)
    return f"{said}; {context.left_out(finding.left_out)}" if finding.left_out else said


def chief_in_words(context: Context) -> list[str]:
    """The mean that the kind of answer puts first, what stands beside it, and the worst group of each column."""
    chief = context.facts.chief
    found = [m for name in (chief, *context.facts.beside) if (m := context.evidence.get(name)) is not None]
    return [
        *(_mean_in_words(context, measure) for measure in found if measure.value is not None),
        *(_worst_group(context, chief, column) for column in context.evidence.group_columns),
    ]


def _mean_in_words(context: Context, measure: Measure) -> str:
    figure = interval_in_words(context, measure.value or 0.0, measure.low, measure.high, measure)
    own = f"front.mean_of.{measure.metric}"
    key = "front.mean_down" if measure.higher_is_better is False else "front.mean_up"
    key = own if context.words.find(own) is not None else key
    return context.text(
        key, name=context.metric_name(measure.metric), figure=figure, n=context.numbers.count(measure.n)
    )


def _worst_group(context: Context, metric: str, column: str) -> str:
    groups = context.evidence.of_groups(metric, per_class=False, n_columns=1)
    judged = [m for m in groups if column in m.scope and m.value is not None and not m.undefined_because]
    if not judged:
        return ""
    is_down = judged[0].higher_is_better is False
    worst = max(judged, key=lambda m: m.value or 0.0) if is_down else min(judged, key=lambda m: m.value or 0.0)
    figure = interval_in_words(context, worst.value or 0.0, worst.low, worst.high, worst)
    names = {"column": context.names.column(column), "group": context.names.one(worst.scope[column])}
    key = "front.group_high" if is_down else "front.group_low"
    return context.text(key, **names, figure=figure, n=context.numbers.count(worst.n))


def _points(context: Context, gate: GateOutcome, decimals: int) -> dict[str, str]:
    values = {"gap": gate.value, "low": gate.low, "high": gate.high, "limit": gate.threshold}
    return {
        name: context.numbers.number(100 * value if value is not None else None, decimals)
        for name, value in values.items()
    }


def _finding_of(context: Context, measure: str) -> Finding | None:
    found = context.card.audit.findings
    return next((f for f in found if f.measures[:1] == (measure,) and f.kind == "disparity"), None)


def is_gap(measure: Measure | None) -> bool:
    """Whether the figure compares groups by a difference."""
    return measure is not None and "attribute" in measure.scope and measure.unit in ("difference", "points")


def figure_in_words(context: Context, value: float, measure: Measure | None, decimals: int = 0) -> str:
    """`96 %` of a share, `32 points` of a difference, else the number."""
    unit = measure.unit if measure else ""
    if unit == "share":
        return context.numbers.percentage(value, decimals)
    if unit == "difference":
        shown = _hundredths(context, value, decimals)
        return context.text("front.point" if shown == "1" else "front.points", value=shown)
    return context.numbers.number(value, _places(measure, decimals))


def interval_in_words(
    context: Context, value: float, low: float | None, high: float | None, measure: Measure | None, decimals: int = 0
) -> str:
    """The figure and its interval: `96 % (95 to 97 %)`."""
    unit = measure.unit if measure else ""
    if unit == "difference":
        decimals = max(decimals, context.numbers.decimals_beside_margin(low, high) - 2)
    figure = figure_in_words(context, value, measure, decimals)
    if low is None or high is None:
        return figure
    if unit in ("share", "difference"):
        first, last = _hundredths(context, low, decimals), _hundredths(context, high, decimals)
        last = context.numbers.percentage(high, decimals) if unit == "share" else last
    else:
        first, last = (context.numbers.number(limit, _places(measure, decimals)) for limit in (low, high))
    return context.text("front.with_interval", figure=figure, low=first, high=last)


def _hundredths(context: Context, value: float, decimals: int) -> str:
    return context.numbers.number(100 * value, decimals)


def _places(measure: Measure | None, decimals: int) -> int:
    """Of a figure that is no share: as its tables have it, and enough for its bar."""
    return max(default_decimals(measure) if measure else 2, decimals + 2)
