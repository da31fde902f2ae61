"""Contents, how to read the card, and the gates that page one had no room for."""

from typing import Any

from boletim.reports.card.findings import ranked_findings
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, make_table
from boletim.reports.views.page_one import N_GATES, gates_table

_MAX_FINDINGS = 10
"""Findings for information beyond these stand in the sections."""


def build(context: Context) -> dict[str, Any]:
    """The legend, what an interval means here, all gates when there are many, and all findings."""
    settings, card = context.facts.settings, context.card
    notes = [
        context.text("reading.interval", level=context.numbers.percentage(settings.level)),
        context.text("reading.three"),
        context.text("reading.gates"),
        context.text("reading.small", n=settings.min_group),
        context.text("reading.margin", margin=settings.margin),
    ]
    if settings.family_size:
        share = context.numbers.percentage(settings.fdr)
        notes.append(context.text("reading.many", n=settings.family_size, share=share))
    notes += [*_weights(context), *_lacks(context), context.text("reading.order")]
    legend = [
        {"badge": context.badge(outcome), "text": context.text(f"reading.legend.{key}")}
        for outcome, key in (("pass", "pass"), ("fail", "fail"), ("insufficient evidence", "open"))
    ]
    return {
        "notes": notes,
        "legend": legend,
        "gates": gates_table(context, list(card.gates), context.text("gates.all"))
        if len(card.gates) > N_GATES
        else None,
        "findings": _findings(context),
    }


def _weights(context: Context) -> list[str]:
    """What the figures stand for where examples have sampling weights."""
    about = context.facts.weights
    if about is None:
        return []
    n = context.numbers.number(context.facts.n, 0)
    spread = context.numbers.number(about.largest / about.smallest, 1)
    effective = context.numbers.number(about.effective, 0)
    return [context.text("reading.weighted", n=n, effective=effective, spread=spread)]


def _lacks(context: Context) -> list[str]:
    """What this audit has not, by what it would need."""
    by_need: dict[str, list[str]] = {}
    for what, need in context.facts.lacks.items():
        by_need.setdefault(need, []).append(context.text(f"reading.lacking.{what}"))
    return [context.text(f"reading.lacks.{need}", what=", ".join(what)) for need, what in by_need.items()]


def _findings(context: Context) -> Any:
    found = ranked_findings(context.card)
    if not found:
        return None
    n_shown = max(_MAX_FINDINGS, sum(finding.severity != "info" for finding in found))
    columns = [(context.text(f"reading.findings.{key}"), "text") for key in ("claim", "verdict", "severity")]
    rows = [
        [
            Cell(context.words.finding(finding)),
            Cell("", badge=context.badge(finding.verdict)),
            Cell("", badge=context.badge(finding.severity)),
        ]
        for finding in found[:n_shown]
    ]
    caption = context.text("reading.findings.caption", n=len(found))
    return make_table(caption, columns, rows, more=context.more(len(found) - n_shown), token="findings")  # type: ignore[arg-type]
