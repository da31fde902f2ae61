"""What it costs to use the model."""

from typing import Literal

from pydantic import Field

from boletim.contracts.measure import Measure
from boletim.contracts.record import Record


class CostResult(Record):
    """The content of cost.json."""

    schema_: Literal["boletim/cost/2"] = Field(default="boletim/cost/2", alias="schema")
    measures: tuple[Measure, ...]
    device: str
    """`cpu`, or the name of the GPU."""
    n_threads: int
    """Of the processor that the model may use."""
    n_texts: int
    """Different texts that were timed."""

    model_config = {**Record.model_config, "populate_by_name": True, "serialize_by_alias": True}
