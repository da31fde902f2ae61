"""What probes of language models and encoders are given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from boletim.contracts.errors import ModelError
from boletim.contracts.language import Language
from boletim.contracts.meaning import Reason
from boletim.contracts.protocols import CausalScorer, Encoder, MaskedScorer, Progress, no_progress
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.data_file import DataFile, read_data


@dataclass(frozen=True)
class ModelDoors:
    """One model, opened in the way a probe asks for; each raises ModelError where the model has no such side."""

    masked: Callable[[], MaskedScorer]
    causal: Callable[[], CausalScorer]
    encoder: Callable[[], Encoder]


@dataclass(frozen=True)
class ModelContext:
    """The model, the language, the data and the settings of one probe."""

    language: Language
    level: float
    """Confidence level of every interval, in (0, 1)."""
    margin: float
    """A distance from no preference up to this size counts as none, where the probe counts in shares."""
    seed: int
    bootstrap: int
    """Replicates of every bootstrap."""
    masked: MaskedScorer | None = None
    causal: CausalScorer | None = None
    encoder: Encoder | None = None
    base: Encoder | None = None
    """The encoder before fine-tuning, for what fine-tuning changed; None where it is not known."""
    data: Mapping[str, str] = field(default_factory=dict)
    """Where the data sets lie, by name."""
    read: Callable[[str], DataFile] = read_data
    """Reads a data set from a path, or from wherever the caller can."""
    progress: Progress = no_progress


def open_side(needs: tuple[str, ...], doors: ModelDoors) -> tuple[dict[str, Any], str]:
    """The first side of the model that the probe can use.

    Returns:
        The side by name, and why none could be opened; one of the two is empty.
    """
    reasons = []
    for side in needs:
        try:
            return {side: getattr(doors, side)()}, ""
        except ModelError as error:
            reasons.append(str(error))
    return {}, "; ".join(reasons)


def unusable(probe: str, because: Reason) -> ProbeResult:
    """A probe that cannot be run on this model or without these data."""
    return ProbeResult(probe=probe, measures=(), unusable_because=because, can_tell=f"{probe}.can_tell")
