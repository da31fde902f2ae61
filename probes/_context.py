"""What every probe is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from boletim.contracts.language import Frame, Language
from boletim.contracts.protocols import Classifier, Progress, no_progress


@dataclass(frozen=True)
class ProbeContext:
    """The model, the language and the settings of one run."""

    classifier: Classifier
    language: Language
    frames: tuple[Frame, ...]
    """The user's own frames where there are some, else the language pack's."""
    texts: Sequence[str] | None
    """Texts of the test split; None when the run has none."""
    level: float
    """Confidence level of every interval, in (0, 1)."""
    margin: float
    """A rate or gap up to this size counts as none."""
    seed: int
    bootstrap: int
    """Replicates of every bootstrap."""
    progress: Progress = no_progress
