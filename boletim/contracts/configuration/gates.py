"""Bars that measures must clear: gates of the card, constraints of the search."""

from datetime import date
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.measure import parse_measure_id
from boletim.contracts.record import Record


class BarConfig(Record):
    """A bar that a measure must clear."""

    measure: str
    """Its id, such as `recall_gap{attribute=gender}`."""
    at_least: float | None = None
    """The bar, where more is better."""
    at_most: float | None = None
    """The bar, where less is better."""

    @model_validator(mode="after")
    def _has_one_bar(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise RuleError("one_bar", measure=self.measure)
        parse_measure_id(self.measure)
        return self


class Waiver(Record):
    """Who lets a gate be missed, why, and until when; the gate keeps its outcome and does not decide the verdict."""

    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """Who answers for it."""
    because: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """Why."""
    until: date
    """The last day, compared with the day of the run."""


class GateConfig(BarConfig):
    """A bar that is set before the results."""

    waiver: Waiver | None = None
    """Who lets the gate be missed, why and until when."""
