"""Groups: all gaps side by side, then for each column its classes, its groups, and every class in every group."""

import math
from typing import Any

from boletim.contracts.measure import Measure
from boletim.reports.charts.interval_dots import draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Chart, Table, make_table
from boletim.reports.page.numbers import ABSENT, NARROW
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten
from boletim.reports.views.parts.bias_audit import bias_audit_tables
from boletim.reports.views.parts.gap_tables import class_gaps, gap_summaries, sorted_gaps
from boletim.reports.views.parts.group_picture import group_picture
from boletim.reports.views.parts.group_tables import (
    background_table,
    correlation_note,
    difference_table,
    selection_table,
)
from boletim.reports.views.parts.heat_strip import crossed_strip, heat_strip
from boletim.reports.views.performance import dot_row

_MAX_DOTS, _N_GROUPS, _N_CROSSED = 15, 12, 10
_GROUP_METRICS = ("accuracy", "recall_micro", "precision_micro", "f1_macro", "ece", "calibration_error_debiased")

_IF_COMPARED = ("f1_micro", "exact_match", "no_answer_accuracy")
"""Of groups too, where their gap is one that was judged."""


def build(context: Context) -> dict[str, Any]:
    """One block per group column, then the crossings; a note where there are no groups."""
    attributes = _columns(context)
    columns = [name for name in attributes if name in context.evidence.group_columns]
    crossed = [name for name in attributes if name not in columns]
    return {
        "picture": group_picture(context, columns),
        "summaries": gap_summaries(context, attributes),
        "columns": [
            {
                "name": context.names.column(column),
                "chart": _gap_chart(context, column),
                "class_gaps": class_gaps(context, column),
                "groups": _group_table(context, column),
                "cells": heat_strip(context, column),
                "differences": difference_table(context, column),
                "correlations": correlation_note(context, column),
                "selection": selection_table(context, column),
                "background": background_table(context, column),
            }
            for column in columns
        ],
        "crossed": _crossed_table(context),
        "crossed_strip": crossed_strip(context),
        "crossed_gaps": [class_gaps(context, name) for name in crossed],
        "bias_audit": bias_audit_tables(context),
        "provided": context.provided(["mitigation"]),
    }


def _columns(context: Context) -> list[str]:
    found = [m.scope["attribute"] for m in context.evidence.measures if "attribute" in m.scope]
    return list(dict.fromkeys(found))


def _gap_chart(context: Context, column: str) -> Chart | None:
    gaps = [gap for gap in sorted_gaps(context, column) if gap.value is not None]
    if not gaps:
        return None
    shown = {f.measures[0] for f in context.card.audit.findings if f.measures and f.verdict == "shown"}
    rows = [
        dot_row(context, gap, context.names.one(gap.scope["class"]), is_marked=gap.id in shown)
        for gap in gaps[:_MAX_DOTS]
    ]
    reach = max([0.2, *(row.high or row.value for row in rows)])
    margin = context.facts.settings.margin
    name = context.names.column(column)
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(0.0, min(1.0, reach * 1.05)),
        axis=context.text("groups.gap_axis", column=name),
        band=(0.0, margin) if margin else None,
    )
    alt = context.text("groups.gap_alt", column=name, first=rows[0].label, figure=rows[0].text, n=len(rows))
    return Chart(svg, alt, _of_how_many(context, context.text("groups.gap_chart", column=name), len(rows), len(gaps)))


def _of_how_many(context: Context, caption: str, n: int, n_all: int) -> str:
    """The caption, which says so where not all are drawn."""
    return caption if n == n_all else f"{caption} ({context.text('tables.of', n=n, n_all=n_all)})"


def _group_table(context: Context, column: str) -> Table:
    found = {
        (m.metric, m.scope[column]): m
        for metric in _metrics(context)
        for m in context.evidence.of_groups(metric, per_class=False, n_columns=1)
        if column in m.scope
    }
    has_value = {metric for (metric, _), m in found.items() if m.value is not None}
    metrics = [metric for metric in _metrics(context) if metric in has_value]
    groups = list(dict.fromkeys(group for _, group in found))
    first = metrics[0] if metrics else ""
    groups.sort(key=lambda group: (_badness(found.get((first, group))), group))
    name = context.names.column(column)
    columns = [
        (name, "name"),
        (context.text("performance.n"), "number"),
        *((context.metric_name(metric), "number") for metric in metrics),
    ]
    rows = [
        [
            Cell(shorten(context.names.one(group), 60), "name"),
            Cell(context.numbers.count(found[first, group].n), "number"),
            *(_figure(context, found.get((metric, group)), found[first, group].n) for metric in metrics),
        ]
        for group in groups
        if (first, group) in found
    ]
    return make_table(context.text("groups.per_group", column=name), columns, rows, n_first=_N_GROUPS)  # type: ignore[arg-type]


def _badness(measure: Measure | None) -> float:
    """Sorts the worst first, whichever way is better; what has no value comes last."""
    if measure is None or measure.value is None:
        return math.inf
    return -measure.value if measure.higher_is_better is False else measure.value


def _metrics(context: Context) -> tuple[str, ...]:
    """Of groups: the figure that the kind of answer puts first, then the others."""
    compared = [name for name in _IF_COMPARED if context.evidence.select(f"{name}_gap", "attribute")]
    return tuple(dict.fromkeys((context.facts.chief, *_GROUP_METRICS, *compared)))


def _crossed_table(context: Context) -> Table | None:
    chief = context.facts.chief
    cells = _crossings(context, chief)
    if not cells:
        return None
    f1 = {tuple(m.scope.items()): m for m in _crossings(context, "f1_macro")}
    has_f1 = any(m.value is not None for m in f1.values()) or chief == "accuracy"
    cells = sorted(cells, key=lambda m: (bool(m.undefined_because), _badness(m), m.id))
    columns = [
        (context.text("groups.crossing"), "name"),
        (context.text("performance.n"), "number"),
        (context.metric_name(chief), "number"),
        *([(context.metric_name("f1_macro"), "number")] if has_f1 else []),
    ]
    rows = [
        [
            Cell(" × ".join(shorten(context.names.one(value), 40) for value in m.scope.values()), "name"),
            Cell(context.numbers.count(m.n), "number"),
            _figure(context, m),
            *([_figure(context, f1.get(tuple(m.scope.items())))] if has_f1 else []),
        ]
        for m in cells
    ]
    caption = context.text("groups.crossed_unjudged" if cells[-1].undefined_because else "groups.crossed")
    return make_table(caption, columns, rows, n_first=_N_CROSSED)  # type: ignore[arg-type]


def _crossings(context: Context, metric: str) -> list[Measure]:
    depths = range(2, len(context.evidence.group_columns) + 1)
    return [m for n in depths for m in context.evidence.of_groups(metric, per_class=False, n_columns=n)]


def _figure(context: Context, measure: Measure | None, n: int | None = None) -> Cell:
    """A figure of a group; with its own n where that is another than its row's."""
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    is_doubtful = bool(measure.undefined_because)
    own = context.numbers.count(measure.n) if n is not None and measure.n != n and measure.value is not None else ""
    said = (context.doubt(measure) or context.left_out(measure.left_out), f"n{NARROW}={NARROW}{own}" if own else "")
    note = ", ".join(filter(None, said))
    return Cell(context.numbers.figure(measure), "number", note=note, is_muted=is_doubtful)


SECTION = Section("groups", "70_groups.html.j2", build)
