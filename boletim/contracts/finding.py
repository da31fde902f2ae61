"""What was concluded, the measures that prove it, and how severe it is.

A severity follows from a rule, and there is one rule for all gaps, shifts and spreads that have a margin, so for every
disparity: `far_beyond` or `beyond`. A finding names the rule that rated it; languages say it under `page_two.severity`.
"""

from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import model_validator

from boletim.contracts.record import Record
from boletim.contracts.results.left_out import LeftOut

Severity = Literal["high", "medium", "low", "info"]
Rule = Literal[
    "far_beyond",
    "beyond",
    "no_margin",
    "repeats",
    "in_part",
    "baseline_not_beaten",
    "baseline_mixed",
    "baseline_open",
    "copies",
    "training",
    "not_converged",
    "mitigation",
    "other_language",
    "many_contradict",
    "few_contradict",
    "calibration",
    "cluster",
]
SEVERITY_OF: dict[Rule, Severity] = {
    "far_beyond": "high",
    "baseline_not_beaten": "high",
    "copies": "high",
    "beyond": "medium",
    "no_margin": "medium",
    "baseline_mixed": "medium",
    "baseline_open": "medium",
    "training": "medium",
    "mitigation": "medium",
    "other_language": "medium",
    "many_contradict": "medium",
    "repeats": "low",
    "in_part": "low",
    "not_converged": "low",
    "few_contradict": "low",
    "calibration": "low",
    "cluster": "low",
}
"""The level of each rule, in the order in which the card says them."""
FEW_CONTRADICTED = 0.05
"""Share of rows up to which scores that contradict their answers are `few_contradict`."""
FindingVerdict = Literal["shown", "shown absent", "insufficient evidence"]
Values = dict[str, str | float | int | None]
"""What a sentence is filled with."""


class Finding(Record):
    """One conclusion that a reviewer can check; the language packs say it."""

    severity: Severity = "info"
    """How much it matters; `high` only for what was shown. It follows from `rule`, where there is one."""
    rule: Rule | None = None
    """What rated it; None for `info`, for findings of other packages and for those of older versions."""
    kind: str
    """What it is about: disparity, overfitting, underfitting, baseline, calibration, probe, data …"""
    key: str
    """Of its sentence in the language packs (`findings.<key>`)."""
    values: Values = {}
    """What the sentence is filled with."""
    verdict: FindingVerdict
    """Shown, shown absent, or insufficient evidence: three outcomes, never two.

    It is on the fault that `kind` looks for, not on the sentence: a baseline that was beaten is a fault shown absent,
    and so is a good calibration. A diagnosis of the learning curve follows rules: it is shown where one names it, and
    the card prints "Diagnosis by rules".
    """
    measures: tuple[str, ...]
    """Ids of the measures that prove it."""
    left_out: LeftOut | None = None
    """What the comparison does not judge; the card names it after the sentence."""

    @model_validator(mode="before")
    @classmethod
    def _is_rated_by_its_rule(cls, given: Any) -> Any:
        rule = given.get("rule") if isinstance(given, dict) else None
        if rule not in SEVERITY_OF:
            return given
        severity = SEVERITY_OF[rule]
        if given.get("severity", severity) != severity:
            raise ValueError(f"the rule {rule!r} rates a finding {severity!r}, got {given['severity']!r}")
        return {**given, "severity": severity}

    @model_validator(mode="after")
    def _is_high_only_when_shown(self) -> Self:
        if self.severity == "high" and self.verdict != "shown":
            raise ValueError(f"a finding of high severity must be shown, got {self.verdict!r}: {self.key}")
        return self


def rule_beyond(limits: Iterable[tuple[float | None, float | None]], margin: float) -> Rule:
    """The rule for gaps that were shown beyond a margin: whether an interval lies wholly beyond twice that margin.

    Args:
        limits: The intervals of the gaps that were shown, signed or as sizes.
        margin: A size up to this counts as none.
    """
    bar = 2 * margin
    is_far = any((low is not None and low > bar) or (high is not None and high < -bar) for low, high in limits)
    return "far_beyond" if is_far else "beyond"
