"""Which class and which groups a table's row is about, so that a reader can filter the page by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from boletim.reports.charts.svg import shorten
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell

_LONGEST = 60
"""As the views shorten names in tables."""


@dataclass(frozen=True)
class Filters:
    """The classes and groups of one card, each by a short code."""

    context: Context

    @cached_property
    def classes(self) -> dict[str, str]:
        """Name of each class by its code."""
        return {f"c{place}": name for place, name in enumerate(self.context.facts.labels)}

    @cached_property
    def groups(self) -> dict[str, str]:
        """Column and group, as scopes say them, by code."""
        columns = self.context.facts.groups
        pairs = [(column, group) for column, counts in columns.items() for group in counts]
        return {f"g{place}": self.context.scope_part(column, group) for place, (column, group) in enumerate(pairs)}

    @cached_property
    def _by_text(self) -> dict[str, dict[str, list[str]]]:
        """Codes of each kind by every text that a table shows them as."""
        shown: dict[str, dict[str, list[str]]] = {"class": {}, "group": {}}
        for code, name in self.classes.items():
            for text in {name, shorten(name, _LONGEST)}:
                shown["class"].setdefault(text, []).append(code)
        columns = self.context.facts.groups
        names = [group for counts in columns.values() for group in counts]
        for (code, whole), name in zip(self.groups.items(), names, strict=True):
            for text in {whole, name, shorten(name, _LONGEST)}:
                shown["group"].setdefault(text, []).append(code)
        return shown

    def tags(self, row: Sequence[Cell], kind: str) -> str:
        """Codes of the classes (`class`) or groups (`group`) that the row's cells name, with spaces between."""
        known = self._by_text[kind]
        found = [
            code for cell in row if cell.kind != "number" for part in _parts(cell.text) for code in known.get(part, ())
        ]
        return " ".join(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    """A cell's text, and its parts where it names crossed groups or a measure: `Recall (nurse, gender: male)`."""
    inside = text.partition(" (")[2].removesuffix(")") if text.endswith(")") else ""
    return [text, *text.split(" × "), *(inside.split(", ") if inside else ())]
