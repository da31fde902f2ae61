"""A claim and the measures that prove it."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from boletim.contracts.record import Record
from boletim.contracts.results.left_out import LeftOut

Severity = Literal["high", "medium", "low", "info"]
FindingVerdict = Literal["shown", "shown absent", "insufficient evidence"]
_INTERVAL = re.compile(r"\(\{low\} [^{}]+ \{high\}\)")


class Finding(Record):
    """One sentence that a reviewer can check."""

    severity: Severity
    """How much it matters; `high` only for what was shown."""
    kind: str
    """What it is about: disparity, overfitting, underfitting, baseline, calibration, probe, data …"""
    claim: str
    """One English sentence; the card translates through `claim_key` and `values`."""
    verdict: FindingVerdict
    """Shown, shown absent, or insufficient evidence: three outcomes, never two."""
    measures: tuple[str, ...]
    """Ids of the measures that prove it."""
    claim_key: str = ""
    """Key of the claim's sentence in the language packs (`findings.<claim_key>`)."""
    values: dict[str, str | float | int | None] = {}
    """What the translated sentence is filled with."""
    left_out: LeftOut | None = None
    """What the comparison does not judge; the card names it after the sentence."""

    @model_validator(mode="after")
    def _is_high_only_when_shown(self) -> Self:
        if self.severity == "high" and self.verdict != "shown":
            raise ValueError(f"a finding of high severity must be shown, got {self.verdict!r}: {self.claim}")
        return self


def with_interval_or_none(sentence: str, values: Mapping[str, Any], no_interval: str) -> str:
    """A claim's unfilled sentence; the words `no_interval` take the place of `({low} to {high})` without limits."""
    has_limits = values.get("low") is not None and values.get("high") is not None
    return sentence if has_limits else _INTERVAL.sub(f"({no_interval})", sentence)
