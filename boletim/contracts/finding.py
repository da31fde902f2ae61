"""What was concluded, and the measures that prove it."""

from typing import Literal, Self

from pydantic import model_validator

from boletim.contracts.record import Record
from boletim.contracts.results.left_out import LeftOut

Severity = Literal["high", "medium", "low", "info"]
FindingVerdict = Literal["shown", "shown absent", "insufficient evidence"]
Values = dict[str, str | float | int | None]
"""What a sentence is filled with."""


class Finding(Record):
    """One conclusion that a reviewer can check; the language packs say it."""

    severity: Severity
    """How much it matters; `high` only for what was shown."""
    kind: str
    """What it is about: disparity, overfitting, underfitting, baseline, calibration, probe, data …"""
    key: str
    """Of its sentence in the language packs (`findings.<key>`)."""
    values: Values = {}
    """What the sentence is filled with."""
    verdict: FindingVerdict
    """Shown, shown absent, or insufficient evidence: three outcomes, never two."""
    measures: tuple[str, ...]
    """Ids of the measures that prove it."""
    left_out: LeftOut | None = None
    """What the comparison does not judge; the card names it after the sentence."""

    @model_validator(mode="after")
    def _is_high_only_when_shown(self) -> Self:
        if self.severity == "high" and self.verdict != "shown":
            raise ValueError(f"a finding of high severity must be shown, got {self.verdict!r}: {self.key}")
        return self
