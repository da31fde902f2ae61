"""What every probe is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from boletim.contracts.answers.spans import Span
from boletim.contracts.language import Frame, Language, ProbeWords
from boletim.contracts.protocols import Classifier, Progress, no_progress
from boletim.probes.data_file import DataFile, read_data


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
    own_words: ProbeWords | None = None
    """Word lists of the user's own file; None where it brings none."""
    flagged: tuple[str, ...] = ()
    """Labels that count against a text; empty where nobody said which."""
    person: tuple[str, ...] = ()
    """Types of entities that are persons, of a model that finds entities."""
    entities: Sequence[Sequence[Span]] | None = None
    """True entities of each text; None where nobody says them."""
    data: Mapping[str, str] = field(default_factory=dict)
    """Where the data sets lie, by name."""
    read: Callable[[str], DataFile] = read_data
    """Reads a data set from a path, or from wherever the caller can."""

    @property
    def words(self) -> ProbeWords:
        """The user's own word lists where there are some, else the language pack's."""
        return self.own_words or self.language.probe_words
