"""What an audit's figures rest on: names, counts and settings, typed, with the part that each kind of answer adds."""

from typing import Any

from pydantic import SerializeAsAny, field_validator, model_validator

from boletim.contracts.errors import InputError
from boletim.contracts.examples import OwnFacts, answers_class
from boletim.contracts.record import Record


class AuditSettings(Record):
    """How the audit was made."""

    level: float
    """Confidence level of every interval."""
    margin: float
    bootstrap: int
    min_group: int
    intersections: int
    metrics: tuple[str, ...]
    seed: int
    family_size: int
    """Tests of the declared family."""
    fdr: float
    is_clustered: bool
    is_weighted: bool


class BaselineFacts(Record):
    """The answer that the constant baseline always gives."""

    named: str
    """As people read it."""
    labels: tuple[str, ...]
    origin: str
    """Whose most frequent answer it is: `training` or `test`."""


class WeightFacts(Record):
    """Sampling weights, 1 in the mean."""

    smallest: float
    largest: float
    effective: float
    """How many equally weighted examples they are worth (Kish)."""


class AuditFacts(Record):
    """What is the same for every kind of answer, and in `own` what is not."""

    kind: str
    """Of answer, as predictions.parquet says it too."""
    labels: tuple[str, ...]
    n: int
    groups: dict[str, dict[str, int]]
    """Examples per group of each column."""
    settings: AuditSettings
    baseline: BaselineFacts | None = None
    """None where no constant answer makes sense."""
    weights: WeightFacts | None = None
    thresholds: tuple[float, ...] | None = None
    """From which score on each label was predicted, where that was chosen on validation data."""
    lacks: dict[str, str] = {}
    """What this audit has not, with what that would need."""
    own: SerializeAsAny[Record]
    """Counts of the kind: of the class that the kind's answers name."""

    @property
    def chief(self) -> str:
        """Metric of all examples that the card puts first."""
        return self.own.chief if isinstance(self.own, OwnFacts) else "accuracy"

    @property
    def beside(self) -> tuple[str, ...]:
        """Metrics that stand beside it on page one."""
        return self.own.beside if isinstance(self.own, OwnFacts) else ()

    @property
    def is_summed(self) -> bool:
        """Whether the figures come from sums over more rows than were held."""
        return "rows" in self.lacks.values()

    @model_validator(mode="before")
    @classmethod
    def _with_own_facts(cls, content: Any) -> Any:
        if not isinstance(content, dict) or not isinstance(content.get("own"), dict):
            return content
        try:
            facts = answers_class(str(content.get("kind"))).facts
        except InputError as error:
            raise ValueError(str(error)) from error
        return content | {"own": facts.model_validate(content["own"])}

    @field_validator("own", mode="plain")
    @classmethod
    def _as_it_is(cls, own: Any) -> Record:
        if not isinstance(own, Record):
            raise ValueError("the kind's own facts are a record")
        return own
