"""From the clauses of laws and standards to the pages of this card, or to what it does not assess."""

from typing import Any

from boletim.reports.card.anchors import CLEANING, NOT_MEASURED, SECTION_OF_ANSWERS, answer_anchor, table_anchor
from boletim.reports.crosswalk.clauses import Clause, Framework, Source, load_crosswalk
from boletim.reports.crosswalk.standing import absent_from, evidence_of, lacks_of, missing_answers_of, standing_of
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Link, Table, make_table
from boletim.reports.page.section import Section
from boletim.reports.views.parts.front.clause_lines import counted_clauses

_NO_TABLE = "bias_audit"
_NAMED_PLACES = {NOT_MEASURED: "limits.not_measured", CLEANING: "data.rows.caption"}
"""Places that are no answers, by the words they are called in."""


def build(context: Context) -> dict[str, Any]:
    """One table per law or standard, and the sources that were read."""
    crosswalk = load_crosswalk()
    numbers = {name: place for place, name in enumerate(crosswalk.sources, 1)}
    return {
        "tables": [_table(context, framework, numbers) for framework in crosswalk.frameworks],
        "note": context.text("crosswalk.note", version=context.numbers.date(crosswalk.version)),
        "sources": [
            {"n": numbers[name], "title": s.title, "url": s.url, "read": _when_read(context, s)}
            for name, s in crosswalk.sources.items()
        ],
    }


def _when_read(context: Context, source: Source) -> str:
    if source.read is None:
        return context.text("crosswalk.not_at_hand")
    return context.text("crosswalk.read_on", date=context.numbers.date(source.read.isoformat()))


def _table(context: Context, framework: Framework, numbers: dict[str, int]) -> Table:
    columns = [
        (context.text("crosswalk.clause"), "name"),
        (context.text("crosswalk.asks"), "text"),
        (context.text("crosswalk.standing"), "text"),
        (context.text("crosswalk.where"), "text"),
    ]
    rows = [
        [
            Cell(context.text(f"clauses.{framework.id}.{clause.id}.clause"), "name", source=numbers[clause.source]),
            Cell(context.text(f"clauses.{framework.id}.{clause.id}.asks")),
            Cell(context.text(f"crosswalk.standings.{standing_of(context.card, clause, context.has_section)}")),
            _where(context, framework, clause),
        ]
        for clause in framework.clauses
    ]
    caption = f"{context.text(f'clauses.{framework.id}.name')} ({counted_clauses(context, framework.id)})"
    return make_table(caption, columns, rows, token="crosswalk", anchor=table_anchor(framework.id))  # type: ignore[arg-type]


def _where(context: Context, framework: Framework, clause: Clause) -> Cell:
    """Links to the sections that hold evidence; what people owe, and what was not measured."""
    standing = standing_of(context.card, clause, context.has_section)
    if standing == "not_assessed":
        return Cell(_why_not(context, framework, clause), is_muted=True)
    missing = [context.text(f"fields.{name}") for name in missing_answers_of(context.card, clause)]
    unmeasured = [context.text(f"not_measured.{key}.name").rstrip(".") for key in clause.in_part
                  if key in absent_from(context.card)]  # fmt: skip
    lacking = [context.text(f"crosswalk.lacks.{name}") for name in lacks_of(context.card, clause)]
    said = (
        ("missing", "fields", ", ".join(missing)),
        ("not_measured", "names", ", ".join(unmeasured)),
        ("lacking", "what", "; ".join(lacking) if standing == "partly" else ""),
    )
    notes = [context.text(f"crosswalk.{key}", **{slot: names}) for key, slot, names in said if names]
    places = [_link(context, *place) for place in evidence_of(context.card, clause, context.has_section)]
    return Cell("", links=tuple(places), note="; ".join(notes))


def _link(context: Context, section: str, place: str) -> Link:
    """A place by the title of its section, or by its own where the clause names it."""
    if place in _NAMED_PLACES:
        return Link(f"#{place}", context.text(_NAMED_PLACES[place]))
    if place not in SECTION_OF_ANSWERS.get(section, ()):
        return Link(f"#{section}", _title(context, section))
    return Link(f"#{answer_anchor(place)}", context.text(f"fields.{place}"))


def _why_not(context: Context, framework: Framework, clause: Clause) -> str:
    """Why a clause is not assessed, although the card may print figures that look like it."""
    absent = absent_from(context.card)
    if _NO_TABLE in clause.unless and _NO_TABLE in absent and context.facts.groups:
        first = next(one for one in framework.clauses if _NO_TABLE in one.unless)
        if clause is first:
            return context.text("crosswalk.no_categories", section=_title(context, "groups"))
        return context.text("crosswalk.as_for", clause=context.text(f"clauses.{framework.id}.{first.id}.clause"))
    if not (clause.unless or clause.in_part):
        return context.text(f"clauses.{framework.id}.{clause.id}.why_not")
    keys = [key for key in (*clause.unless, *clause.in_part) if key in absent - {_NO_TABLE}]
    names = [context.text(f"not_measured.{key}.name").rstrip(".") for key in keys or ("groups",)]
    return context.text("crosswalk.not_measured", names=", ".join(names))


def _title(context: Context, section: str) -> str:
    return context.text("page_one.verdict" if section == "page_one" else f"sections.{section}.title")


SECTION = Section("crosswalk", "87_crosswalk.html.j2", build)
