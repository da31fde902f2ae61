"""Each example has a number that somebody else's metric or judge gave it: ROUGE, a mark, an edit distance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from boletim.contracts.examples import Answers, OwnFacts
from boletim.contracts.record import Record

QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Of the scores, that the card shows."""


class ScoreFacts(OwnFacts):
    """How the scores are spread, and what was stated about them."""

    column: str = ""
    """What the score is called."""
    higher_is_better: bool = True
    range: tuple[float, float] | None = None
    """Least and most, as stated."""
    quantiles: tuple[float, ...] = ()
    """At `QUANTILES`."""
    spread: float = 0.0
    """Standard deviation."""
    n_clusters: int = 0
    """Of texts that depend on each other; 0 where each counts by itself."""

    @property
    def chief(self) -> str:
        """The score's own name."""
        return self.column or "accuracy"


@dataclass(frozen=True)
class ScoredTexts(Answers):
    """Predictions are (n,) float64, the scores; there is no true answer, so `gold` is (n,) zeros and never stored."""

    kind: ClassVar[str] = "scored_texts"
    task: ClassVar[str] = "scored_texts"
    facts: ClassVar[type[Record]] = ScoreFacts
    takes_weights: ClassVar[bool] = True

    column: str = "score"
    """What the score is called."""
    higher_is_better: bool = True
    range: tuple[float, float] | None = None
    """Least and most that it can be, as stated; None where nothing was."""

    @classmethod
    def read(cls, column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """The numbers."""
        return column.to_numpy(dtype=np.float64)

    def written(self, held: np.ndarray) -> Any:
        """The numbers, as Arrow has them."""
        import pyarrow as pa

        return pa.array(held, type=pa.float64())

    def columns(self) -> dict[str, Any]:
        """All but the true answers, which there are not."""
        return {name: values for name, values in super().columns().items() if name != "label"}

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """Read back what `save` wrote."""
        return super().of_frame(frame.assign(label=0.0), labels, groups)

    def about(self) -> dict[str, Any]:
        """The score's name, direction and range."""
        return {"column": self.column, "higher_is_better": self.higher_is_better, "range": self.range}

    def with_about(self, about: Mapping[str, Any]) -> Self:
        """The same with the score's name, direction and range."""
        span = about.get("range")
        return replace(
            self,
            column=str(about.get("column", "score")),
            higher_is_better=about.get("higher_is_better") is not False,
            range=(float(span[0]), float(span[1])) if span else None,
        )


ANSWERS = ScoredTexts
