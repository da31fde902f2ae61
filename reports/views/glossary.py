"""Glossary: what each measure on the card means."""

from typing import Any

from boletim.reports.page.context import Context
from boletim.reports.page.section import Section


def build(context: Context) -> dict[str, Any]:
    """The metrics that this card prints, by name."""
    changes = context.card.changes
    used = {measure.metric for measure in (*context.evidence.measures, *(changes.paired if changes else ()))}
    entries = [
        {
            "name": context.metric_name(metric),
            "code": metric,
            "formula": context.words.find(f"metrics.{metric}.formula") or "",
            "text": context.words.find(f"metrics.{metric}.definition") or context.text("glossary.own"),
        }
        for metric in used
    ]
    return {"entries": sorted(entries, key=lambda entry: (entry["name"].casefold(), entry["code"]))}


SECTION = Section("glossary", "95_glossary.html.j2", build)
