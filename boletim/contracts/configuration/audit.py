"""What the audit computes and how it judges."""

from typing import Annotated, Literal

from pydantic import Field

from boletim.contracts.configuration.refits import SampleSizes
from boletim.contracts.record import Record


class AuditConfig(Record):
    """What the audit computes and when it calls a gap shown."""

    metrics: tuple[str, ...] = ("accuracy", "f1_macro")
    """Shown first on the card; `evaluate:PATH_OR_ID` adds one of the `evaluate` library."""
    bootstrap: Annotated[int, Field(ge=100, le=1_000_000)] = 2000
    """Resamplings behind an interval that no formula gives."""
    level: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Confidence level of every interval."""
    intersections: Annotated[int, Field(ge=1)] = 2
    """How many group columns are crossed."""
    min_group: Annotated[int, Field(ge=1)] = 30
    """Groups with fewer examples are shown and not judged."""
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """A gap up to this size counts as none."""
    costs: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    """What an example costs, by `true class>predicted class`; what is not named costs nothing."""
    sample_sizes: SampleSizes | None = None
    """Train again on parts of the data, `{}` for the usual four sizes with two refits each; None does not."""
    thresholds: Literal["half", "validation"] = "half"
    """Where a text may have several labels: each is predicted from 0.5 on, or from where its F1 is largest on
    validation data."""
    precision: Literal["auto", "fp32", "bf16"] = "fp32"
    """Of the test texts' scores; bf16 is given up where it changes labels, `auto` tries it where it is faster."""
    show_texts: bool = False
    """Print the texts of the most confident errors, or some with their entities, on the card; otherwise ids alone."""
