"""The clauses: what each asks for, where the card has something on it, and where that was read."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Self

import yaml
from pydantic import model_validator

from boletim.contracts.record import Record

UNREAD = "unread"
"""What clauses lack whose official text was not at hand: a reading of it."""


class Source(Record):
    """An official text."""

    title: str
    url: str
    read: date | None = None
    """The day it was read, in a copy word for word; None where it was not at hand."""


class Clause(Record):
    """One clause of a law or standard."""

    id: str
    """Languages say its number and what it asks for under `words.clauses.<framework>.<id>`."""
    sections: tuple[str, ...] = ()
    """Sections of the card that bear on it; none: the card does not assess it."""
    answers: tuple[str, ...] = ()
    """Fields of `card:` that it also needs."""
    unless: tuple[str, ...] = ()
    """Keys of `not_measured`, or `bias_audit`, under which it is not assessed."""
    in_part: tuple[str, ...] = ()
    """Keys of `not_measured` under which it is answered in part."""
    at: dict[str, tuple[str, ...]] = {}
    """Where in a section the thing itself stands, if not at its head: the section, an answer, or a place of its own."""
    lacks: tuple[str, ...] = ()
    """What the card lacks on it: names of `LACKS`; it is then answered in part."""
    source: str
    """The official text that it stands in."""


class Framework(Record):
    """One law or standard."""

    id: str
    clauses: tuple[Clause, ...]


class Crosswalk(Record):
    """The content of clauses.yaml."""

    version: str
    """Day of the last change."""
    sources: dict[str, Source]
    frameworks: tuple[Framework, ...]

    @model_validator(mode="after")
    def _names_its_sources(self) -> Self:
        used = {clause.source for framework in self.frameworks for clause in framework.clauses}
        if used != set(self.sources):
            raise ValueError(f"every source is used and every used one listed, differ: {used ^ set(self.sources)}")
        for clause in (clause for framework in self.frameworks for clause in framework.clauses):
            if (self.sources[clause.source].read is None) != (UNREAD in clause.lacks):
                raise ValueError(
                    f"a clause lacks {UNREAD!r} exactly where its source has no day of reading: {clause.id}"
                )
        return self


@cache
def load_crosswalk() -> Crosswalk:
    """The clauses that ship with the package."""
    text = files("boletim.reports.crosswalk").joinpath("clauses.yaml").read_text(encoding="utf-8")
    return Crosswalk.model_validate(yaml.safe_load(text))
