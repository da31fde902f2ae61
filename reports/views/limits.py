"""Limits: what people know of them, what was not measured, what was not provided, and what comes after release."""

from typing import Any

from boletim.reports.page.context import Context
from boletim.reports.page.section import Section
from boletim.reports.views.parts.open_sizes import open_sizes


def build(context: Context) -> dict[str, Any]:
    """The gaps of the card itself."""
    card = context.card
    return {
        "provided": context.provided(["limitations", "risks", "ethics"]),
        "open": open_sizes(context),
        "after": context.provided(["monitoring", "changes", "retention", "maintenance"]),
        "not_measured": [
            {"name": context.text(f"not_measured.{key}.name"), "text": context.text(f"not_measured.{key}.text")}
            for key in card.not_measured
        ],
    }


SECTION = Section("limits", "85_limits.html.j2", build)
