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
        """A column, a group or a class."""
        return self.missing if text == _MISSING else self.given.get(text, text)

    def column(self, name: str) -> str:
        """A column, or several crossed."""
        return CROSSED.join(self.one(part) for part in self._parts(name))

    def group(self, value: str) -> str:
        """A group, or several crossed."""
        return CROSSED.join(self.one(part) for part in value.split(CROSSED))

    def _parts(self, name: str) -> list[str]:
        parts = name.split("+")
        is_crossing = name not in self.columns and set(parts) <= set(self.columns)
        return parts if is_crossing else [name]
