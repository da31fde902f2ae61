"""Groups: the gaps first, then every group, then every class in every group, the worst first."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.reports.charts.interval_dots import draw_interval_dots
from boletim.reports.charts.svg import shorten
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Chart, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.views.parts.group_tables import (
    background_table,
    correlation_notes,
    difference_table,
    selection_table,
)
from boletim.reports.views.performance import dot_row

_GAPS = (
    "recall_gap",
    "accuracy_gap",
    "f1_macro_gap",
    "equal_opportunity_difference",
    "predictive_parity_difference",
    "equalized_odds_difference",
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "ece_gap",
    "recall_gap_rms",
    "recall_gap_rms_null",
)
_MAX_ROWS, _MAX_DOTS, _MAX_CROSSED = 60, 30, 40
_GROUP_METRICS = ("accuracy", "f1_macro", "ece", "calibration_error_debiased")


def build(context: Context) -> dict[str, Any]:
    """One block per group column, then the crossings; a note where there are no groups."""
    verdicts = {finding.measures[0]: finding.verdict for finding in context.card.audit.findings if finding.measures}
    attributes = _columns(context)
    columns = [name for name in attributes if name in context.evidence.group_columns]
    return {
        "columns": [
            {
                "name": column,
                "gaps": _gap_table(context, column, verdicts),
                "chart": _gap_chart(context, column, verdicts),
                "class_gaps": _class_gaps(context, column, verdicts),
                "groups": _group_table(context, column),
                "cells": _cell_table(context, column),
                "differences": difference_table(context, column),
                "correlations": correlation_notes(context, column),
                "selection": selection_table(context, column),
                "background": background_table(context, column),
            }
            for column in columns
        ],
        "crossed": _crossed_table(context),
        "crossed_gaps": [_gap_table(context, name, verdicts) for name in attributes if name not in columns],
        "provided": context.provided(["mitigation"]),
    }


def _columns(context: Context) -> list[str]:
    found = [m.scope["attribute"] for m in context.evidence.measures if "attribute" in m.scope]
    return list(dict.fromkeys(found))


def _gap_table(context: Context, column: str, verdicts: dict[str, Any]) -> Table:
    gaps = {m.metric: m for m in context.evidence.measures if m.scope == {"attribute": column}}
    names = [name for name in _GAPS if name in gaps] + [name for name in gaps if name not in _GAPS]
    columns = [
        (context.text("groups.gap"), "name"),
        (context.text("performance.value"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("groups.q"), "number"),
        (context.text("groups.verdict"), "text"),
    ]
    rows = [
        [
            Cell(context.metric_name(name), "name"),
            _figure(context, gaps[name]),
            Cell(context.numbers.count(gaps[name].n), "number"),
            Cell(context.numbers.probability(gaps[name].q), "number"),
            _verdict(context, gaps[name], verdicts),
        ]
        for name in names
    ]
    return make_table(context.text("groups.gaps", column=column), columns, rows, token="gaps")  # type: ignore[arg-type]


def _class_gaps(context: Context, column: str, verdicts: dict[str, Any]) -> Table | None:
    gaps = _sorted_gaps(context, column)
    if not gaps:
        return None
    columns = [
        (context.text("performance.class"), "name"),
        (context.metric_name("recall_gap"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("groups.q"), "number"),
        (context.text("groups.verdict"), "text"),
        (context.text("groups.detectable"), "number"),
    ]
    rows = []
    for gap in gaps[:_MAX_ROWS]:
        least = _detectable(context, gap)
        rows.append(
            [
                Cell(shorten(gap.scope["class"], 60), "name"),
                _figure(context, gap),
                Cell(context.numbers.count(gap.n), "number"),
                Cell(context.numbers.probability(gap.q), "number"),
                _verdict(context, gap, verdicts),
                Cell(context.numbers.number(least.value, 2) if least else ABSENT, "number"),
            ]
        )
    more = context.more(len(gaps) - _MAX_ROWS)
    return make_table(context.text("groups.class_gaps", column=column), columns, rows, more=more, token="gaps")  # type: ignore[arg-type]


def _detectable(context: Context, gap: Measure) -> Measure | None:
    found = context.evidence.select("minimum_detectable_gap", "class", "attribute")
    return next((measure for measure in found if measure.scope == gap.scope), None)


def _sorted_gaps(context: Context, column: str) -> list[Measure]:
    """Recall gaps per class, the largest first, those without a value last."""
    gaps = [m for m in context.evidence.select("recall_gap", "class", "attribute") if m.scope["attribute"] == column]
    return sorted(gaps, key=lambda m: (m.value is None, -(m.value or 0.0)))


def _gap_chart(context: Context, column: str, verdicts: dict[str, Any]) -> Chart | None:
    gaps = [gap for gap in _sorted_gaps(context, column) if gap.value is not None]
    if not gaps:
        return None
    rows = [
        dot_row(context, gap, gap.scope["class"], is_marked=verdicts.get(gap.id) == "shown") for gap in gaps[:_MAX_DOTS]
    ]
    reach = max([0.2, *(row.high or row.value for row in rows)])
    margin = context.facts.settings.margin
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(0.0, min(1.0, reach * 1.05)),
        axis=context.text("groups.gap_axis", column=column),
        band=(0.0, margin) if margin else None,
    )
    alt = context.text("groups.gap_alt", column=column, first=rows[0].label, figure=rows[0].text, n=len(rows))
    return Chart(svg, alt, context.text("groups.gap_chart", column=column))


def _group_table(context: Context, column: str) -> Table:
    found = {
        (m.metric, m.scope[column]): m
        for metric in _GROUP_METRICS
        for m in context.evidence.of_groups(metric, per_class=False, n_columns=1)
        if column in m.scope
    }
    metrics = [metric for metric in _GROUP_METRICS if any(key[0] == metric for key in found)]
    groups = list(dict.fromkeys(group for _, group in found))
    first = metrics[0] if metrics else ""
    groups.sort(key=lambda group: (m.value if (m := found.get((first, group))) and m.value is not None else 2.0, group))
    columns = [
        (column, "name"),
        (context.text("performance.n"), "number"),
        *((context.metric_name(metric), "number") for metric in metrics),
    ]
    rows = [
        [
            Cell(_group(context, group), "name"),
            Cell(context.numbers.count(found[first, group].n), "number"),
            *(_figure(context, found.get((metric, group))) for metric in metrics),
        ]
        for group in groups[:_MAX_ROWS]
        if (first, group) in found
    ]
    more = context.more(len(groups) - _MAX_ROWS)
    return make_table(context.text("groups.per_group", column=column), columns, rows, more=more)  # type: ignore[arg-type]


def _cell_table(context: Context, column: str) -> Table | None:
    cells = [m for m in context.evidence.of_groups("recall", per_class=True, n_columns=1) if column in m.scope]
    cells = [m for m in cells if m.n > 0]
    if not cells:
        return None
    cells.sort(key=lambda m: (bool(m.undefined_because), m.value if m.value is not None else 2.0, m.id))
    columns = [
        (context.text("performance.class"), "name"),
        (column, "name"),
        (context.metric_name("recall"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("groups.judged"), "text"),
    ]
    rows = [
        [
            Cell(shorten(m.scope["class"], 60), "name"),
            Cell(_group(context, m.scope[column])),
            Cell(context.numbers.figure(m), "number", is_muted=bool(m.undefined_because)),
            Cell(context.numbers.count(m.n), "number"),
            Cell(context.doubt(m) or context.text("groups.yes"), is_muted=bool(m.undefined_because)),
        ]
        for m in cells[:_MAX_ROWS]
    ]
    more = context.more(len(cells) - _MAX_ROWS)
    return make_table(context.text("groups.cells", column=column), columns, rows, more=more, token="cells dense")  # type: ignore[arg-type]


def _crossed_table(context: Context) -> Table | None:
    cells = _crossings(context, "accuracy")
    if not cells:
        return None
    f1 = {tuple(m.scope.items()): m for m in _crossings(context, "f1_macro")}
    cells = sorted(cells, key=lambda m: (bool(m.undefined_because), m.value if m.value is not None else 2.0, m.id))
    columns = [
        (context.text("groups.crossing"), "name"),
        (context.text("performance.n"), "number"),
        (context.metric_name("accuracy"), "number"),
        (context.metric_name("f1_macro"), "number"),
    ]
    rows = [
        [
            Cell(" × ".join(_group(context, value) for value in m.scope.values()), "name"),
            Cell(context.numbers.count(m.n), "number"),
            _figure(context, m),
            _figure(context, f1.get(tuple(m.scope.items()))),
        ]
        for m in cells[:_MAX_CROSSED]
    ]
    more = context.more(len(cells) - _MAX_CROSSED)
    return make_table(context.text("groups.crossed"), columns, rows, more=more)  # type: ignore[arg-type]


def _crossings(context: Context, metric: str) -> list[Measure]:
    depths = range(2, len(context.evidence.group_columns) + 1)
    return [m for n in depths for m in context.evidence.of_groups(metric, per_class=False, n_columns=n)]


def _figure(context: Context, measure: Measure | None) -> Cell:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    is_doubtful = bool(measure.undefined_because)
    note = context.doubt(measure) or context.words.left_out(measure.left_out)
    return Cell(context.numbers.figure(measure), "number", note=note, is_muted=is_doubtful)


def _verdict(context: Context, gap: Measure, verdicts: dict[str, Any]) -> Cell:
    verdict = verdicts.get(gap.id)
    if verdict:
        return Cell("", badge=context.badge(verdict))
    return Cell(context.text("groups.untested"), is_muted=True)


def _group(context: Context, name: str) -> str:
    return context.text("data.missing") if name == "(missing)" else shorten(name, 60)
