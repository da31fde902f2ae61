"""Which class and which groups a table's row is about, so that a reader can filter the page by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from boletim.reports.page.layout import Cell
from boletim.reports.page.shorten import shorten

_LONGEST = 60
"""As the views shorten names in tables."""


@dataclass(frozen=True)
class Filters:
    """The classes and groups of one card, each by a short code."""

    classes: Mapping[str, str]
    """Name of each class by its code."""
    groups: Mapping[str, str]
    """Column and group, as scopes say them, by code."""
    group_names: Sequence[str]
    """The groups without their columns, in the same order."""

    @cached_property
    def _by_text(self) -> dict[str, dict[str, list[str]]]:
        """Codes of each kind by every text that a table shows them as."""
        shown: dict[str, dict[str, list[str]]] = {"class": {}, "group": {}}
        for code, name in self.classes.items():
            for text in {name, shorten(name, _LONGEST)}:
                shown["class"].setdefault(text, []).append(code)
        for (code, whole), name in zip(self.groups.items(), self.group_names, strict=True):
            for text in {whole, name, shorten(name, _LONGEST)}:
                shown["group"].setdefault(text, []).append(code)
        return shown

    def of_title(self, title: str) -> str:
        """Codes of the groups that a column is about, where a table has a column for each."""
        known = self._by_text["group"]
        return " ".join(dict.fromkeys(code for part in title.split(" × ") for code in known.get(part, ())))

    def tags(self, row: Sequence[Cell], kind: str) -> str:
        """Codes of the classes (`class`) or groups (`group`) that the row's cells name, with spaces between."""
        known = self._by_text[kind]
        found = [
            code for cell in row if cell.kind != "number" for part in _parts(cell.text) for code in known.get(part, ())
        ]
        return " ".join(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    """A cell's text, and its parts where it names crossed groups, a group and its n, or a measure, as in
    `Recall (nurse, gender: male)`.
    """
    inside = text.partition(" (")[2].removesuffix(")") if text.endswith(")") else ""
    before_n = text.rpartition(", ")[0]
    return [text, before_n, *text.split(" × "), *text.split(", "), *(inside.split(", ") if inside else ())]
