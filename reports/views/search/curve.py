"""The learning curve: its shape, its diagnosis, causes to consider and remedies to try."""

from collections.abc import Sequence
from typing import Any

from boletim.contracts.results.audit import CurveDiagnosis
from boletim.contracts.results.card import Card
from boletim.contracts.results.search import CurvePoint
from boletim.reports.card.advice import unrefuted
from boletim.reports.charts.learning_curve import CurveLabels, draw_learning_curve
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Chart, Table, make_table
from boletim.reports.page.section import Section
from boletim.reports.views.parts.base_change import base_change
from boletim.reports.views.parts.sample_sizes import sample_sizes
from boletim.reports.views.parts.search.curve_evidence import because, evidence
from boletim.reports.views.parts.search.curve_rules import how_seen, number_of, rules, why_good

_N_POINTS = 12


def build(context: Context) -> dict[str, Any] | None:
    """None for a model whose training was not seen."""
    curve = context.card.audit.curve
    if curve is None:
        return None
    kept = _kept_step(context.card)
    return {
        "why_good": why_good(context, curve),
        "rules": rules(context, curve),
        "how_seen": how_seen(context, curve),
        "diagnosis": _named(context, curve),
        "because": because(context, curve),
        "kept": _kept_point(context, curve),
        "causes": [_advice(context, "causes", key) for key in unrefuted(context.card, curve.causes)],
        "remedies": [_advice(context, "remedies", key) for key in unrefuted(context.card, curve.remedies)],
        "chart": _chart(context, curve, kept),
        "table": _table(context, curve, kept),
        "sizes": sample_sizes(context),
        "base": base_change(context, kept),
    }


def _named(context: Context, curve: CurveDiagnosis) -> str:
    name = context.text(f"curve.diagnoses.{curve.diagnosis.replace(' ', '_')}")
    return context.text("curve_page.named", diagnosis=name, n=number_of(curve))


def _kept_point(context: Context, curve: CurveDiagnosis) -> str:
    """The judged evaluation and the figures that decided; empty where the whole curve is judged or none was kept."""
    found = evidence(context, curve)
    if curve.kept_step is None or not found:
        return ""
    return context.text("curve_page.kept_point", step=context.numbers.count(curve.kept_step), evidence=found)


def _advice(context: Context, kind: str, key: str) -> str:
    return context.words.find(f"curve.{kind}.{key}") or key.replace("_", " ")


def _kept_step(card: Card) -> int | None:
    if card.search is None:
        return None
    chosen = next((t for t in card.search.trials if t.number == card.search.best_trial), None)
    return chosen.curve.best_step if chosen and chosen.curve else None


def _chart(context: Context, curve: CurveDiagnosis, kept: int | None) -> Chart | None:
    points = [p for p in curve.points if p.train_loss is not None or p.validation_loss is not None]
    if len(points) < 2:
        return None
    labels = CurveLabels(
        train=context.text("curve_page.train"),
        validation=context.text("curve_page.validation"),
        kept=context.text("curve_page.kept", step=kept or 0),
        x_axis=context.text("curve_page.steps"),
        y_axis=context.text("curve_page.loss"),
    )
    svg = draw_learning_curve(points, kept, context.numbers, labels)
    first, last = points[0], points[-1]
    alt = context.text(
        "curve_page.alt",
        first=context.numbers.number(first.validation_loss, 3),
        last=context.numbers.number(last.validation_loss, 3),
        n=len(points),
        step=last.step,
    )
    return Chart(svg, alt, context.text("curve_page.chart"))


def _metrics(card: Card, points: Sequence[CurvePoint]) -> list[str]:
    """The objective, which decided, and one more."""
    names = {name for p in points for name in (*p.train_metrics, *p.validation_metrics)}
    objective = card.search.objective if card.search else ""
    return sorted(names, key=lambda name: (name != objective, name))[:2]


def _table(context: Context, curve: CurveDiagnosis, kept: int | None) -> Table | None:
    points = curve.points
    if not points:
        return None
    metrics = _metrics(context.card, points)
    columns: list[tuple[str, Any]] = [
        (context.text("curve_page.step"), "number"),
        (context.text("curve_page.epoch"), "number"),
        (context.text("curve_page.train_loss"), "number"),
        (context.text("curve_page.validation_loss"), "number"),
    ]
    for metric in metrics:
        name = context.metric_name(metric)
        columns.append((context.text("curve_page.train_metric", metric=name), "number"))
        columns.append((context.text("curve_page.validation_metric", metric=name), "number"))
    number = context.numbers.number
    rows = []
    for p in points:
        mark = " ◆" if p.step == kept else ""
        row = [
            context.numbers.count(p.step) + mark,
            number(p.epoch, 1),
            number(p.train_loss, 3),
            number(p.validation_loss, 3),
        ]
        for metric in metrics:
            row += [number(p.train_metrics.get(metric), 3), number(p.validation_metrics.get(metric), 3)]
        rows.append(row)
    return make_table(_caption(context, curve), columns, rows, token="dense", n_first=_N_POINTS)


def _caption(context: Context, curve: CurveDiagnosis) -> str:
    """With how many texts stand behind the figures, where that was written down."""
    caption, search = context.text("curve_page.table"), context.card.search
    if search is None or search.train_sample_n is None or not any(p.is_whole for p in curve.points):
        return caption
    n = {"n_train": search.train_sample_n, "n_validation": search.validation_n}
    return f"{caption}. {context.text('curve_page.table_texts', **n)}"


SECTION = Section("curve", "80_curve.html.j2", build)
