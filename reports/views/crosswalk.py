"""From the clauses of laws and standards to the pages of this card, or to what it does not assess."""

from typing import Any

from boletim.reports.crosswalk.clauses import Clause, Framework, load_crosswalk
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Link, Table, make_table
from boletim.reports.page.section import Section


def build(context: Context) -> dict[str, Any]:
    """One table per law or standard, and the sources that were read."""
    crosswalk = load_crosswalk()
    numbers = {name: place for place, name in enumerate(crosswalk.sources, 1)}
    return {
        "tables": [_table(context, framework, numbers) for framework in crosswalk.frameworks],
        "note": context.text("crosswalk.note", version=context.numbers.date(crosswalk.version)),
        "sources": [
            {"n": numbers[name], "title": s.title, "url": s.url, "read": context.numbers.date(s.read.isoformat())}
            for name, s in crosswalk.sources.items()
        ],
    }


def _table(context: Context, framework: Framework, numbers: dict[str, int]) -> Table:
    columns = [
        (context.text("crosswalk.clause"), "name"),
        (context.text("crosswalk.asks"), "text"),
        (context.text("crosswalk.where"), "text"),
    ]
    rows = [
        [
            Cell(context.text(f"clauses.{framework.id}.{clause.id}.clause"), "name", source=numbers[clause.source]),
            Cell(context.text(f"clauses.{framework.id}.{clause.id}.asks")),
            _where(context, clause),
        ]
        for clause in framework.clauses
    ]
    return make_table(context.text(f"clauses.{framework.id}.name"), columns, rows, token="crosswalk")  # type: ignore[arg-type]


def _where(context: Context, clause: Clause) -> Cell:
    """Links to the sections; answers that people owe; or that the card does not assess it."""
    sections = [name for name in clause.sections if context.has_section(name)]
    if not sections or set(clause.unless) & set(context.card.not_measured):
        return Cell(context.text("crosswalk.not_assessed"), is_missing=True)
    missing = [context.text(f"fields.{name}") for name in clause.answers if name in context.card.not_provided]
    note = context.text("crosswalk.missing", fields=", ".join(missing)) if missing else ""
    return Cell("", links=tuple(Link(f"#{name}", _title(context, name)) for name in sections), note=note)


def _title(context: Context, section: str) -> str:
    return context.text("page_one.verdict" if section == "page_one" else f"sections.{section}.title")


SECTION = Section("crosswalk", "87_crosswalk.html.j2", build)
