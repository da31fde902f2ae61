"""Findings in the order in which a reviewer should read them."""

from boletim.contracts.finding import Finding
from boletim.contracts.results.audit import AuditResult, ProbeResults
from boletim.contracts.results.card import Card

_SEVERITY_RANK = {"high": 0, "medium": 1, "low": 2, "info": 3}
_VERDICT_RANK = {"shown": 0, "insufficient evidence": 1, "shown absent": 2}


def ranked_findings(card: Card) -> list[Finding]:
    """All findings of audit and probes, the one that matters most first; ties keep their order."""
    return sorted(
        _all_findings(card.audit, card.probes), key=lambda f: (_SEVERITY_RANK[f.severity], _VERDICT_RANK[f.verdict])
    )


def followed_up(card: Card) -> list[Finding]:
    """What was shown and matters: findings that somebody has to do something about, the most severe first."""
    return [f for f in ranked_findings(card) if f.verdict == "shown" and f.severity != "info"]


def conditions(audit: AuditResult, probes: ProbeResults | None) -> list[Finding]:
    """Disparities of high severity that were shown: whoever signs a passing card accepts them."""
    return [
        finding
        for finding in _all_findings(audit, probes)
        if finding.verdict == "shown" and finding.severity == "high" and finding.kind in ("disparity", "probe")
    ]


def _all_findings(audit: AuditResult, probes: ProbeResults | None) -> list[Finding]:
    return [*audit.findings, *(probes.findings if probes else ())]
