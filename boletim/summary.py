"""The last lines of a run: the verdict, the findings that matter most, and where the card lies."""

from typing import Any

from boletim.contracts.card import Card
from boletim.contracts.finding import Finding
from boletim.contracts.run_folder import RunFolder

_RANK = {"high": 0, "medium": 1, "low": 2, "info": 3}
_VERDICT_RANK = {"shown": 0, "insufficient evidence": 1, "shown absent": 2}


def top_findings(card: Card, n: int = 3) -> list[Finding]:
    """The `n` findings that matter most, the worst first."""
    found = [*card.audit.findings, *(card.probes.findings if card.probes else ())]
    return sorted(found, key=lambda f: (_RANK[f.severity], _VERDICT_RANK[f.verdict]))[:n]


def card_summary(card: Card, folder: RunFolder) -> tuple[str, dict[str, Any]]:
    """The same outcome as text and as JSON-able values."""
    findings = top_findings(card)
    pdf = folder.path / "card.pdf"
    lines = [f"verdict: {card.verdict}"]
    lines += [f"  {gate.status}: {gate.measure}, {gate.because}" for gate in card.gates]
    lines += ["findings:", *(f"  {f.severity}, {f.verdict}: {f.claim}" for f in findings)]
    lines += [f"card: {pdf}"]
    content = {
        "verdict": card.verdict,
        "gates": [gate.model_dump(mode="json") for gate in card.gates],
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "card": str(pdf),
        "run": str(folder.path),
    }
    return "\n".join(lines), content
