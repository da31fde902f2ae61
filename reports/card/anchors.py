"""Places of the card that point to each other: a finding to the row that proves it, and the row back."""

from hashlib import sha256

from boletim.contracts.finding import Finding
from boletim.contracts.results.audit import ProbeResult
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import followed_up

ON_PAGE_TWO = 8
"""Findings that page two has room for."""


SECTION_OF_ANSWERS = {
    "identity": ("version", "owner", "contact", "authors", "licence", "citation", "distribution", "intended_use",
                 "users", "affected_people", "out_of_scope", "risk_class", "oversight", "decision_rule"),
    "data": ("data_provenance", "labelling", "representativeness", "group_provenance", "personal_data"),
    "training": ("design_choices",),
    "groups": ("mitigation",),
    "limits": ("limitations", "risks", "ethics", "monitoring", "changes", "retention", "maintenance"),
}  # fmt: skip
"""Where each answer of the owner is printed."""


DESCRIPTION = "data-description"
"""The place that holds the owner's description of the data."""
CLEANING = "cleaning"
"""The table of what cleaning removed and changed."""
OPEN_SIZES = "open-sizes"
"""The table of what the data leave open, question by question."""
NOT_MEASURED = "not_measured"
"""The place that says what was not measured, and why."""


def answer_anchor(answer: str) -> str:
    """The name of the place where an answer of the owner is printed."""
    return f"answer-{answer}"


def anchor_of(measure: str) -> str:
    """The name of the row that shows a measure; ids hold characters that an address may not."""
    return f"m-{sha256(measure.encode()).hexdigest()[:10]}"


def cells_anchor(column: str, label: str) -> str:
    """The name of the row that shows one class in every group of a column, or of columns crossed (`gender+region`)."""
    return f"g-{sha256(f'{column} {label}'.encode()).hexdigest()[:10]}"


def table_anchor(name: str) -> str:
    """The name of a table that is pointed to as a whole."""
    return f"t-{name}"


def said_anchor(card: Card, probe: ProbeResult) -> str:
    """The name of the sentence that answers a probe's first question; of the probe's head where it has no answer."""
    if not probe.findings:
        return probe_anchor(probe.probe)
    return proof_anchor(card, probe.findings[0]) or f"{probe_anchor(probe.probe)}-1"


def probe_anchor(probe: str) -> str:
    """The name of the place where a probe is told."""
    return f"p-{sha256(probe.encode()).hexdigest()[:10]}"


def proof_anchor(card: Card, finding: Finding) -> str:
    """The name of the row, or of the sentence, that proves a finding which is no disparity; empty where it has none.

    Probes say theirs by themselves; a slice has its row.
    """
    is_proven_there = finding.kind in ("probe", "slice") and finding in followed_up(card)
    return f"f-{sha256(finding.model_dump_json().encode()).hexdigest()[:10]}" if is_proven_there else ""


def finding_anchor(card: Card, finding: Finding) -> str:
    """The name of the row that tells a finding; empty where nobody has to do something about it.

    It is a row of page two for the first `ON_PAGE_TWO`, and one of the list of all findings for the others.
    """
    found = followed_up(card)
    return f"finding-{found.index(finding) + 1}" if finding in found else ""


def finding_address(card: Card, finding: Finding) -> str:
    """A link to that row; empty where there is none."""
    anchor = finding_anchor(card, finding)
    return f"#{anchor}" if anchor else ""
