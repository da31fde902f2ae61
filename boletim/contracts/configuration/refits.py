"""How the chosen setting is trained again on parts of the data."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from boletim.contracts.configuration.quantities import Duration
from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record


class SampleSizes(Record):
    """Refits of the chosen setting on parts of the training split, to tell whether more data would help."""

    shares: Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], Field(min_length=3, max_length=20)] = (
        0.125,
        0.25,
        0.5,
        1.0,
    )
    """Of the training split; the largest is what a doubling starts from."""
    refits: Annotated[int, Field(ge=2, le=20)] = 2
    """Of each share, with other examples and another seed."""
    timeout: Duration | None = None
    """No refit begins after this time; written 30m, 8h."""
    worthwhile: Annotated[float, Field(gt=0, lt=1)] = 0.01
    """The smallest gain of the score that is worth having."""

    @model_validator(mode="after")
    def _has_three_shares(self) -> Self:
        if len(set(self.shares)) < len(self.shares):
            raise RuleError("share_twice", shares=list(self.shares))
        return self
