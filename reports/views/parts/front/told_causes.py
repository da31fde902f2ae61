"""Where the owner says what may explain a verdict: the audit measures no causes, and makes none up."""

from typing import Any

from boletim.reports.card.anchors import DESCRIPTION, answer_anchor
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Link


def told_causes(context: Context) -> dict[str, Any] | None:
    """The sentence, and links to the owner's words on the data and on known limitations; None where nothing failed."""
    card = context.card
    if card.verdict != "fail":
        return None
    links = []
    if card.data.get("description"):
        links.append(Link(f"#{DESCRIPTION}", context.text("data.facts.description")))
    if card.provided.limitations:
        links.append(Link(f"#{answer_anchor('limitations')}", context.text("fields.limitations")))
    return {"text": context.text("front.why_failed"), "links": links} if links else None
