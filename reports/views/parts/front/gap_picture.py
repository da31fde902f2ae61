"""Page one's picture: the gaps that matter, each with its interval and the limit of its gate."""

from boletim.contracts.measure import Measure
from boletim.reports.card.findings import followed_up
from boletim.reports.charts.interval_dots import DotRow, draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Chart
from boletim.reports.views.parts.people import interval_in_words, is_gap

_MOST = 7
_LEAST_REACH, _LONGEST = 0.2, 54


def gap_picture(context: Context) -> Chart | None:
    """Gated gaps first, then those shown without a gate, as many as there is room for; None where there are none."""
    bars = {gate.measure: gate.threshold for gate in context.card.gates}
    gated = [m for measure in bars if is_gap(m := context.evidence.get(measure)) and m is not None]
    ungated = [
        m
        for finding in followed_up(context.card)
        if finding.kind == "disparity"
        and is_gap(m := context.evidence.get(finding.measures[0]))
        and m is not None
        and m.id not in bars
    ]
    failed = {gate.measure for gate in context.card.gates if gate.status == "fail" and not gate.is_waived}
    known = sorted(
        [m for m in [*gated, *ungated] if m.value is not None], key=lambda m: (m.id not in bars, -(m.value or 0.0))
    )
    measures = sorted(known[:_MOST], key=lambda m: (m.id not in failed, -(m.value or 0.0)))
    if not measures:
        return None
    margin = context.facts.settings.margin
    behind = {m.id: _between(context, m, is_failed=m.id in failed) for m in measures}
    rows = [_row(context, measure, bars.get(measure.id), margin, behind[measure.id]) for measure in measures]
    key = context.text("front.gap_key", margin=context.numbers.number(100 * margin, 0))
    key = key if any(row.is_marked for row in rows) else ""
    is_percent = all(measure.unit == "difference" for measure in measures)
    reach = max(
        _LEAST_REACH if is_percent else 0.0, *(row.high or row.value for row in rows), *(row.bar or 0.0 for row in rows)
    )
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(0.0, min(1.0, reach * 1.05) if is_percent else reach * 1.05),
        axis=context.text("front.gap_axis") + key,
        is_percent=is_percent,
        longest=_LONGEST,
    )
    alt = context.text("front.gap_alt", n=len(rows), first=rows[0].label, figure=rows[0].text)
    title = context.text("front.gap_chart")
    if len(measures) < len(known):
        title += context.text("front.gap_chart_part", n=len(measures), n_all=len(known))
    if failed & set(behind):
        title += context.text("front.gap_failed_first")
    if any(behind.values()):
        title += context.text("front.gap_worse_first")
    return Chart(svg, alt, title)


def _row(context: Context, measure: Measure, bar: float | None, margin: float, between: str) -> DotRow:
    text = interval_in_words(context, measure.value or 0.0, measure.low, measure.high, measure)
    is_beyond = measure.low is not None and measure.low > (margin if bar is None else bar)
    return DotRow(
        label=between or _label(context, measure),
        value=measure.value or 0.0,
        low=measure.low,
        high=measure.high,
        text=text if bar is not None else context.text("front.no_gate", figure=text),
        is_marked=is_beyond,
        bar=bar,
    )


def _label(context: Context, measure: Measure) -> str:
    column = context.names.column(measure.scope["attribute"])
    if "class" in measure.scope:
        return context.text("front.class_by", label=context.names.one(measure.scope["class"]), column=column)
    if measure.metric == "recall_gap":
        return context.text("front.worst_class_by", column=column)
    return context.text("front.metric_by", name=context.metric_name(measure.metric.removesuffix("_gap")), column=column)


def _between(context: Context, measure: Measure, *, is_failed: bool) -> str:
    """The gap with both its groups, the worse one first; empty where nobody can tell which one that is."""
    found = next((f for f in context.card.audit.findings if f.measures[:1] == (measure.id,)), None)
    if found is None or not found.values.get("low_group") or (found.verdict != "shown" and not is_failed):
        return ""
    groups = {side: context.names.group(str(found.values[side])) for side in ("low_group", "high_group")}
    if "class" in measure.scope:
        what = context.names.one(measure.scope["class"])
    elif measure.metric == "recall_gap":
        what = context.text("front.worst_class")
    else:
        what = context.metric_name(measure.metric.removesuffix("_gap"))
    return context.text("front.between", what=what, **groups)
