"""All groups of every column in one picture, against the figure of all texts and the margin around it."""

from collections.abc import Sequence

from boletim.contracts.measure import Measure
from boletim.reports.charts.interval_dots import draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Chart
from boletim.reports.views.performance import dot_row

_MOST = 24
_FEWEST = 2


def group_picture(context: Context, columns: Sequence[str]) -> Chart | None:
    """The chief figure of each group, column by column, the worst first; of many groups the worst of each column."""
    groups = {column: _groups(context, column) for column in columns}
    n_all = sum(len(found) for found in groups.values())
    overall = context.evidence.get(context.facts.chief)
    if n_all < _FEWEST or overall is None or overall.value is None:
        return None
    most = max(_FEWEST, _MOST // len(columns))
    drawn = [measure for found in groups.values() for measure in found[:most]]
    rows = [
        dot_row(context, measure, context.scope_part(column, measure.scope[column]))
        for column, found in groups.items()
        for measure in found[:most]
    ]
    margin = context.facts.settings.margin
    band = (max(0.0, overall.value - margin), min(1.0, overall.value + margin))
    ends = [limit for m in drawn for limit in (m.low, m.high, m.value) if limit is not None]
    name = context.metric_name(context.facts.chief)
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(max(0.0, min(*ends, band[0]) - margin), min(1.0, max(*ends, band[1]) + margin)),
        axis=context.text("groups.picture_axis", metric=name),
        reference=overall.value,
        reference_name=context.text("groups.all_texts"),
        band=band,
    )
    worst = min(range(len(rows)), key=lambda place: rows[place].value)
    alt = context.text("groups.picture_alt", metric=name, n=len(rows), first=rows[worst].label, figure=rows[worst].text)
    caption = context.text("groups.picture", metric=name)
    if not all(row.is_judged for row in rows):
        caption += context.text("groups.picture_hollow")
    if len(rows) < n_all:
        caption += f" ({context.text('tables.of', n=len(rows), n_all=n_all)})"
    return Chart(svg, alt, caption)


def _groups(context: Context, column: str) -> list[Measure]:
    found = [
        m
        for m in context.evidence.of_groups(context.facts.chief, per_class=False, n_columns=1)
        if column in m.scope and m.value is not None
    ]
    return sorted(found, key=lambda m: (bool(m.undefined_because), m.value or 0.0, m.id))
