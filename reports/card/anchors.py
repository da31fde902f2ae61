"""Places of the card that point to each other: a finding to the row that proves it, and the row back."""

from hashlib import sha256

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import followed_up


def anchor_of(measure: str) -> str:
    """The name of the row that shows a measure; ids hold characters that an address may not."""
    return f"m-{sha256(measure.encode()).hexdigest()[:10]}"


def finding_address(card: Card, finding: Finding) -> str:
    """Where page two names the finding; empty where it does not."""
    found = followed_up(card)
    return f"#finding-{found.index(finding) + 1}" if finding in found else ""
