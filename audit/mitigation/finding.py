"""What the test split says of the mitigation that was chosen on the validation data."""

from boletim.contracts.finding import Finding, FindingVerdict, Rule
from boletim.contracts.meaning import Value
from boletim.contracts.results.mitigations import BETWEEN, MitigationTest

_SAID: dict[str, tuple[Rule | None, FindingVerdict, str]] = {
    "improved": (None, "shown", "mitigation_held"),
    "levelled down": ("mitigation", "shown", "mitigation_levelled"),
    "worse": ("mitigation", "shown", "mitigation_worse"),
    "no change": (None, "shown absent", "mitigation_absent"),
    "insufficient evidence": (None, "insufficient evidence", "mitigation_open"),
}


def mitigation_finding(test: MitigationTest) -> Finding:
    """Whether the chosen mitigation held what it promised, on texts that had no part in the choice."""
    chosen = test.chosen
    rule, verdict, key = _SAID[chosen.verdict or "insufficient evidence"]
    values: dict[str, Value | None] = {"mitigation": chosen.mitigation, "n": test.n}
    if key == "mitigation_held" and chosen.untold:
        key += "_in_part"
        values |= {"shrank": BETWEEN.join(chosen.shrank), "untold": BETWEEN.join(chosen.untold)}
    return Finding(
        rule=rule,
        kind="mitigation",
        verdict=verdict,
        key=key,
        values=values,
        measures=(),
    )
