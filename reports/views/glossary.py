"""Glossary: what the card's words and each of its measures mean."""

import re
from typing import Any

from boletim.contracts.name_order import without_accents
from boletim.reports.page.context import Context
from boletim.reports.page.section import Section

_TERMS = (
    "gate",
    "margin",
    "severity",
    "slice",
    "boletim",
    "probe",
    "p_and_q",
    "holm",
    "wilson",
    "newcombe",
    "delong",
    "effective_size",
    "influence",
    "one_error",
    "bootstrap",
    "confidence",
    "epoch",
    "cluster",
)
_BETWEEN = re.compile(", | and | e ")
"""What stands between the names of an entry for several."""


def build(context: Context) -> dict[str, Any]:
    """The words that recur, and the metrics that this card holds, by name; the page prints those it uses."""
    changes = context.card.changes
    used = {measure.metric for measure in (*context.evidence.measures, *(changes.paired if changes else ()))}
    entries = [
        {
            "name": context.metric_name(metric),
            "names": [context.metric_name(metric)],
            "code": metric,
            "formula": context.words.find(f"metrics.{metric}.formula") or "",
            "text": context.words.find(f"metrics.{metric}.definition") or context.text("glossary.own"),
        }
        for metric in used
    ]
    entries += [
        {
            "name": (name := context.text(f"glossary.terms.{term}.name")),
            "names": [*_BETWEEN.split(name), *_also(context, term)],
            "code": "",
            "formula": "",
            "text": context.text(f"glossary.terms.{term}.text"),
        }
        for term in _TERMS
        if term != "confidence" or _has_scores(context)
    ]
    return {"entries": sorted(entries, key=lambda entry: (without_accents(entry["name"]).casefold(), entry["code"]))}


def _has_scores(context: Context) -> bool:
    """Whether a confidence is printed: the word alone stands beside every level of an interval, too."""
    failures = context.card.audit.failures
    has_errors = failures is not None and bool(failures.errors)
    return has_errors or "calibration" not in context.card.not_measured


def _also(context: Context, term: str) -> list[str]:
    """Another form under which a word stands on the page."""
    also = context.words.find(f"glossary.terms.{term}.also")
    return [also] if also else []


SECTION = Section("glossary", "95_glossary.html.j2", build)
