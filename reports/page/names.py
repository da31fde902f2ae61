"""Columns, groups and classes by the names that their owner gives them, and by those of the data elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CROSSED = " × "
_MISSING = "(missing)"


@dataclass(frozen=True)
class Names:
    """What the owner calls things in one language (`card.names`)."""

    given: Mapping[str, str]
    """Name in the reader's language by the name in the data."""
    columns: Sequence[str]
    """Group columns, by which a crossing such as `gender+region` is known."""
    missing: str
    """How a missing value is written."""

    def one(self, text: str) -> str:
        """A column, a group or a class, or a set of classes: `{anger, joy}`."""
        if text.startswith("{") and text.endswith("}") and text not in self.given:
            return "{" + ", ".join(self.given.get(part, part) for part in text[1:-1].split(", ")) + "}"
        return self.missing if text == _MISSING else self.given.get(text, text)

    def column(self, name: str) -> str:
        """A column, or several crossed."""
        return CROSSED.join(self.one(part) for part in self._parts(name))

    def group(self, value: str) -> str:
        """A group, or several crossed."""
        return CROSSED.join(self.one(part) for part in value.split(CROSSED))

    def slice(self, text: str) -> str:
        """A slice of test texts by its groups: `gender = female, region = north`."""
        return ", ".join(" = ".join(self.one(name) for name in part.split(" = ")) for part in text.split(", "))

    def _parts(self, name: str) -> list[str]:
        parts = name.split("+")
        is_crossing = name not in self.columns and set(parts) <= set(self.columns)
        return parts if is_crossing else [name]
