"""What the test split says of the mitigation that was chosen on the validation data."""

from boletim.contracts.finding import Finding, FindingVerdict, Severity
from boletim.contracts.results.mitigations import MitigationTest

_SAID: dict[str, tuple[Severity, FindingVerdict, str]] = {
    "improved": ("info", "shown", "mitigation_held"),
    "levelled down": ("medium", "shown", "mitigation_levelled"),
    "worse": ("medium", "shown", "mitigation_worse"),
    "no change": ("info", "shown absent", "mitigation_absent"),
    "insufficient evidence": ("info", "insufficient evidence", "mitigation_open"),
}


def mitigation_finding(test: MitigationTest) -> Finding:
    """Whether the chosen mitigation held what it promised, on texts that had no part in the choice."""
    severity, verdict, key = _SAID[test.chosen.verdict or "insufficient evidence"]
    return Finding(
        severity=severity,
        kind="mitigation",
        verdict=verdict,
        key=key,
        values={"mitigation": test.chosen.mitigation, "n": test.n},
        measures=(),
    )
