"""A number that somebody gave to each row: ROUGE of a summary, a judge's mark, an edit distance."""

from typing import Any, Self

from pydantic import model_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record


class ScoreConfig(Record):
    """The column, which way is better, and what its numbers can be."""

    column: str
    """Its name in the data; the measures are called so too."""
    higher_is_better: bool = True
    """False for a distance, a loss, a share of errors."""
    range: tuple[float, float] | None = None
    """The least and the most that a score can be. The margin is then a share of this range; without one it is in the
    score's own unit, and limits of intervals end nowhere."""

    @model_validator(mode="after")
    def _is_named_and_ordered(self) -> Self:
        if not self.column.strip() or any(char in self.column for char in "{}"):
            raise RuleError("score_braces", column=self.column)
        if self.range is not None and not self.range[0] < self.range[1]:
            raise RuleError("score_ends_list", range=list(self.range))
        return self


def score_config(value: Any) -> Any:
    """A column alone is its name."""
    return {"column": value} if isinstance(value, str) else value


def with_scored_task(values: Any) -> Any:
    """A column of scores needs no column of labels, and its task goes without saying."""
    match values:
        case {"data": {"score": score, **data}} if score is not None:
            return {"task": "scored_texts", **values, "data": {"label": "", **data, "score": score}}
    return values
