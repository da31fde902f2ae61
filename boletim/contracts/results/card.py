"""The card: everything the PDF, the HTML and the Markdown show, and nothing computed after it."""

from typing import Any, Literal

from pydantic import Field

from boletim.contracts.configuration.card import CardConfig
from boletim.contracts.configuration.gates import Waiver
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.meaning import Reason
from boletim.contracts.record import Record
from boletim.contracts.results.audit import AuditResult, ProbeResults
from boletim.contracts.results.changes import RunDiff
from boletim.contracts.results.cost import CostResult
from boletim.contracts.results.left_out import LeftOut
from boletim.contracts.results.no_answer import NoAnswer
from boletim.contracts.results.prompt import PromptFacts
from boletim.contracts.results.search import SearchResult
from boletim.contracts.results.verdict import Verdict

GateStatus = Literal["pass", "fail", "insufficient evidence"]
NoNeed = Literal["not_judged", "on_bar", "left_out", "chance", "too_many"]
WeightsFormat = Literal["safetensors", "from_pickle", "pickle"]


class GateOutcome(Record):
    """One gate, judged from the interval and not from the point."""

    measure: str
    bar: Literal["at_least", "at_most"]
    threshold: float
    value: float | None
    low: float | None
    high: float | None
    n: int
    status: GateStatus
    because: Reason
    """How the interval and what was left out lie to the bar."""
    undefined_because: Reason | None = None
    """Why the measure has no value or is not judged."""
    left_out: LeftOut | None = None
    """What the measure does not judge."""
    p: float | None = None
    """Two-sided, that the measure misses the bar by chance; None where it does not miss it or has no interval."""
    p_holm: float | None = None
    """The same after Holm over the declared gates."""
    n_needed: int | None = None
    """Examples at which an open gate would be decided with a chance of 80 %, if the true value is the one seen."""
    no_need: NoNeed | None = None
    """Why an open gate has no such number."""
    waiver: Waiver | None = None
    """As the configuration has it, in force or not."""
    is_waived: bool = False
    """Whether the gate was not passed and its waiver was in force on the day of the run."""


def rounded_up(n: int) -> int:
    """To two significant digits, never down: more would be a precision that a forecast lacks."""
    step = int(10 ** max(len(str(n)) - 2, 0))
    return -(-n // step) * step


class Provenance(Record):
    """The content of provenance.json: how to do it again, and how to check that it was this."""

    boletim_version: str
    boletim_address: str | None = None
    """Where Boletim's own package says that it is found; None where it says nothing."""
    created: str
    """UTC, ISO 8601, whole seconds."""
    config_sha256: str
    gates_sha256: str
    """Hash of the gates alone."""
    gates_sealed: str | None = None
    """When these gates were hashed before there was a result, UTC; None where they were changed afterwards."""
    data_sha256: dict[str, str] = {}
    model_sha256: str | None = None
    predictions_sha256: str | None = None
    """Of predictions.parquet."""
    compared_sha256: dict[str, str] = {}
    """Of the last card's card.json and predictions.parquet, by name; empty where nothing was compared."""
    packages: dict[str, str] = {}
    python: str = ""
    platform: str = ""
    hardware: dict[str, str | int | float | None] = {}
    git_commit: str | None = None
    git_dirty: bool | None = None
    seeds: dict[str, int] = {}
    seconds: dict[str, float] = {}
    """Wall time per stage."""
    command: str = ""
    """What to type to do it again."""


class ModelFacts(Record):
    """What is known of the audited model, tuned here or made elsewhere."""

    name: str
    architecture: str | None = None
    n_parameters: int | None = None
    base_model: str | None = None
    base_revision: str | None = None
    sha256: str | None = None
    labels: tuple[str, ...] = ()
    max_length: int | None = None
    weights_format: WeightsFormat | None = None
    """`from_pickle`: saved as safetensors, and the base model was pickled."""
    prompt: PromptFacts | None = None
    """What makes a classifier of a language model; None for a model that was trained to classify."""
    no_answer: NoAnswer | None = None
    """When a model that answers questions leaves one without an answer; None for any other model."""


class Card(Record):
    """The content of card.json."""

    schema_: Literal["boletim/card/2"] = Field(default="boletim/card/2", alias="schema")
    name: str
    language: str
    """Of the texts."""
    synthetic: bool = False
    verdict: Verdict
    reason_key: str
    """Key of page one's sentence in the language packs."""
    reason_values: dict[str, str | float | int | None] = {}
    gates: tuple[GateOutcome, ...] = ()
    not_provided: tuple[str, ...] = ()
    """Names of the card fields that the configuration left out."""
    not_measured: tuple[str, ...] = ()
    """Keys of what this run did not measure (`not_measured.<key>`)."""
    model: ModelFacts
    provided: CardConfig
    data: dict[str, Any] = {}
    """Source, description, licence, columns."""
    cleaning: CleaningReport | None = None
    search: SearchResult | None = None
    audit: AuditResult
    probes: ProbeResults | None = None
    cost: CostResult | None = None
    """None where predictions were audited and no model."""
    changes: RunDiff | None = None
    """Against the run that `card.compare_with` names; None where it names none."""
    provenance: Provenance

    model_config = {**Record.model_config, "populate_by_name": True, "serialize_by_alias": True}
