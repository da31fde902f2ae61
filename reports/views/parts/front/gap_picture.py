"""Page one's picture: the gaps that matter, each with its interval and the limit of its gate."""

from boletim.contracts.measure import Measure
from boletim.reports.card.findings import followed_up
from boletim.reports.charts.interval_dots import DotRow, draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Chart
from boletim.reports.views.parts.people import interval_in_words, is_gap

_MOST = 7
_LEAST_REACH = 0.2


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
    known = sorted(
        [m for m in [*gated, *ungated] if m.value is not None], key=lambda m: (m.id not in bars, -(m.value or 0.0))
    )
    measures = sorted(known[:_MOST], key=lambda m: -(m.value or 0.0))
    if not measures:
        return None
    margin = context.facts.settings.margin
    rows = [_row(context, measure, bars.get(measure.id), margin) for measure in measures]
    is_percent = all(measure.unit == "difference" for measure in measures)
    reach = max(
        _LEAST_REACH if is_percent else 0.0, *(row.high or row.value for row in rows), *(row.bar or 0.0 for row in rows)
    )
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(0.0, min(1.0, reach * 1.05) if is_percent else reach * 1.05),
        axis=context.text("front.gap_axis"),
        is_percent=is_percent,
    )
    alt = context.text("front.gap_alt", n=len(rows), first=rows[0].label, figure=rows[0].text)
    title = context.text("front.gap_chart")
    if len(measures) < len(known):
        title += context.text("front.gap_chart_part", n=len(measures), n_all=len(known))
    if any(row.is_marked for row in rows):
        title += context.text("front.gap_key", margin=context.numbers.number(100 * margin, 0))
    return Chart(svg, alt, title)


def _row(context: Context, measure: Measure, bar: float | None, margin: float) -> DotRow:
    text = interval_in_words(context, measure.value or 0.0, measure.low, measure.high, measure)
    is_beyond = measure.low is not None and measure.low > (margin if bar is None else bar)
    return DotRow(
        label=_label(context, measure),
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
    return context.text("front.metric_by", name=context.metric_name(measure.metric), column=column)
