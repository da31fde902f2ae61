"""From which score on a model leaves a question without an answer, and what that does on the data it was chosen on."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from boletim.contracts.record import Record

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class ChosenOn(Record):
    """Validation questions at the chosen threshold."""

    n_answerable: Count
    n_unanswerable: Count
    n_found: Count
    """Unanswerable questions that are left without an answer."""
    n_lost: Count
    """Answerable questions that are, although their best stretch shares a word with a true answer."""
    token_f1: Share
    """Mean over all of them."""
    token_f1_always: Share
    """The same if every question were answered."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.n_found > self.n_unanswerable or self.n_lost > self.n_answerable:
            raise ValueError("n_found and n_lost count questions of these data")
        return self


class NoAnswer(Record):
    """The rule by which a question is left without an answer."""

    threshold: float | None
    """Where no answer scores so much more than the best stretch, nothing is answered; None answers always."""
    chosen_on: ChosenOn | None = None
    """None where the threshold was not chosen here."""
