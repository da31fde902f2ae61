"""Where a model fails: slices with more errors than elsewhere, its most confident errors, copies of training texts."""

from typing import Literal

from boletim.contracts.finding import FindingVerdict
from boletim.contracts.record import Record

SliceKind = Literal["length", "word", "group", "confidence"]


class FoundSlice(Record):
    """Examples that share something, chosen for their errors on one half of the test set and judged on the other."""

    name: str
    """In English, as in the scope of its measures."""
    kind: SliceKind
    values: dict[str, str | float | int] = {}
    """What the translated name is filled with: `low` and `high`, `word`, or `group`."""
    n_search: int
    """Its examples in the half that it was chosen on."""
    error_rate: str
    """Id of the measure of its error rate in the other half."""
    excess: str
    """Id of the measure of that rate less the rate of all other examples."""
    p_holm: float
    """p of the excess after Holm, over the slices chosen."""
    verdict: FindingVerdict
    """Shown where the other half confirms it."""


class ErrorExample(Record):
    """One example that the model got wrong."""

    id: str
    gold: str
    predicted: str
    confidence: float
    """Probability of the predicted class."""
    is_label_suspected: bool
    text: str | None = None
    """Its first characters; None unless the configuration shows texts."""


class Failures(Record):
    """All that is known of where the model fails."""

    slices: tuple[FoundSlice, ...] = ()
    """The worst of one half, the least probable by chance in the other half first."""
    n_candidates: int = 0
    """Slices looked at."""
    n_search: int = 0
    n_confirm: int = 0
    errors: tuple[ErrorExample, ...] = ()
    """The most confident errors, the most confident first; empty without scores."""
    has_texts: bool = False
    """Whether words and lengths of texts were looked at: a file of predictions has none."""
    n_copies: int | None = None
    """Test texts that nearly repeat a training text; None where the training texts are not known."""
