"""Would more data help: the part of the learning curve's page about refits at growing sizes."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.contracts.results.sample_sizes import SizeCurve
from boletim.reports.charts.sample_sizes import SizeLabels, draw_sample_sizes
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Chart, make_table


def sample_sizes(context: Context) -> dict[str, Any] | None:
    """Sentence, chart and table; None where nothing was trained again."""
    curve = context.card.audit.sample_sizes
    if curve is None:
        return None
    claim = next(f for f in context.card.audit.findings if f.key.startswith("more_data"))
    gain = context.evidence.select("gain_from_doubling")[0]
    metric = context.metric_name(curve.metric)
    notes = [context.text("sample_sizes.how", n=context.numbers.count(curve.n_test))]
    if curve.n_missing:
        notes.append(context.text("sample_sizes.missing", n=curve.n_missing))
    return {
        "claim": context.words.finding(claim),
        "badge": context.badge(claim.verdict),
        "chart": _chart(context, curve, gain, metric),
        "notes": notes,
        "table": _table(context, curve, gain, metric),
    }


def _chart(context: Context, curve: SizeCurve, gain: Measure, metric: str) -> Chart:
    doubled, whole = None, curve.points[-1]
    if gain.value is not None and gain.low is not None and gain.high is not None and curve.floor is not None:
        at_whole = 1 - curve.floor - (curve.slope or 0.0)
        doubled = (at_whole + gain.value, at_whole + gain.low, min(at_whole + gain.high, 1.0))
    labels = SizeLabels(
        x_axis=context.text("sample_sizes.size"),
        y_axis=metric,
        law=context.text("sample_sizes.law"),
        doubled=context.text("sample_sizes.doubled"),
    )
    alt = context.text(
        "sample_sizes.alt",
        metric=metric,
        first=context.numbers.number(curve.points[0].value, 3),
        last=context.numbers.number(whole.value, 3),
        smallest=context.numbers.count(curve.points[0].n_train),
        largest=context.numbers.count(whole.n_train),
    )
    svg = draw_sample_sizes(curve, doubled, context.numbers, labels)
    return Chart(svg, alt, context.text("sample_sizes.chart", metric=metric))


def _table(context: Context, curve: SizeCurve, gain: Measure, metric: str) -> Any:
    columns: list[tuple[str, Any]] = [
        (context.text("sample_sizes.size"), "number"),
        (context.text("sample_sizes.refits"), "number"),
        (metric, "number"),
    ]
    by_size = {m.scope["n_train"]: m for m in context.evidence.select("score_by_sample_size", "n_train")}
    rows: list[list[Cell | str]] = [
        [
            context.numbers.count(point.n_train),
            context.numbers.count(point.n_refits),
            Cell(context.numbers.figure(by_size[str(point.n_train)], 3), "number"),
        ]
        for point in curve.points
    ]
    name = context.metric_name(gain.metric)
    rows.append([name, "", Cell(context.numbers.figure(gain, 3), "number", note=context.doubt(gain))])
    return make_table(context.text("sample_sizes.table"), columns, rows, token="half")
