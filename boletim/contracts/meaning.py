"""What code means to say, as a kind and values; the language packs turn it into words."""

from typing import Self

from boletim.contracts.record import Record
from boletim.contracts.sentence import Sentence

Value = str | int | float
"""What fills a slot of a text."""


class Meaning(Record):
    """Something to be said: which sentence, and what fills its slots."""

    kind: str
    """Key of its words in the language packs; a plug-in's own kind without words is quoted as it is."""
    values: dict[str, Value] = {}
    """What the words' slots are filled with."""

    @classmethod
    def of(cls, kind: str, **values: Value) -> Self:
        """A meaning in one line, such as `Reason.of("few_sizes", n=6)`."""
        return cls(kind=kind, values=values)

    def __str__(self) -> str:
        """As the program quotes it where no language is at hand."""
        values = ", ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in self.values.values())
        name = self.kind.replace("_", " ")
        return values if self.kind == "message" else f"{name}: {values}" if values else name

    @property
    def sentence(self) -> str:
        """What it means in the words of a language, for terminals; a kind without words is quoted."""
        said = Sentence(f"because.{self.kind}", **self.values)
        return said if said != said.key else str(self)

    def __hash__(self) -> int:
        return hash((self.kind, tuple(sorted(self.values.items(), key=lambda item: item[0]))))


class Reason(Meaning):
    """Why a figure is undefined or not judged, a probe cannot be run, a trial ended, a gate came out as it did.

    The words of each kind stand in `because.<kind>` of the language packs.
    """


def message(text: str) -> Reason:
    """A message of a library or of somebody else's code, which is quoted."""
    return Reason.of("message", text=text)
