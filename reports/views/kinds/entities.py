"""How entities are missed: what became of each true one, and what the figures rest on."""

from collections.abc import Sequence
from typing import Any

from boletim.contracts.answers.spans import SpanFacts, TypeCounts
from boletim.contracts.results.drawn import DrawnSpan
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten

_COUNTS = ("gold", "hits", "wrong_type", "boundary", "wrong_both", "missed", "predicted", "spurious")
_RATES = ("overlap_recall", "wrong_type_rate", "boundary_rate", "wrong_both_rate", "missed_rate", "spurious_rate")
_N_TYPES = 20


def build(context: Context) -> dict[str, Any] | None:
    """Nothing where texts hold no entities."""
    own = context.own_facts(SpanFacts)
    if not own.types:
        return None
    return {
        "outcomes": _outcomes(context, own),
        "rates": _rates(context, own),
        "meaning": context.text("entities.meaning"),
        "notes": _notes(context, own),
        **_drawn(context),
    }


def _outcomes(context: Context, own: SpanFacts) -> Table:
    columns = [(context.text("entities.type"), "name"), *((context.text(f"entities.{n}"), "number") for n in _COUNTS)]
    rows = [
        [
            Cell(shorten(context.names.one(label), 40), "name"),
            *(Cell(context.numbers.count(getattr(one, name)), "number") for name in _COUNTS),
        ]
        for label, one in _ranked(context, own)
    ]
    return make_table(context.text("entities.outcomes"), columns, rows, token="dense outcomes", n_first=_N_TYPES)  # type: ignore[arg-type]


def _ranked(context: Context, own: SpanFacts) -> list[tuple[str, TypeCounts]]:
    """The types, the one found least first; those without a true entity last."""
    types = zip(context.facts.labels, own.types, strict=True)
    return sorted(types, key=lambda pair: (not pair[1].gold, pair[1].hits / max(pair[1].gold, 1), pair[0]))


def _drawn(context: Context) -> dict[str, Any]:
    """Some texts, once with the true and once with the predicted entities; or that they are withheld."""
    drawn = [
        {
            "id": context.text("entities.one_text", id=shorten(one.id, 24)),
            "lines": [
                {"name": context.text(f"entities.{name}"), "pieces": _pieces(context, one.text, spans)}
                for name, spans in (("gold", one.gold), ("predicted", one.predicted))
            ],
        }
        for one in context.card.audit.drawn
    ]
    return {
        "drawn": drawn,
        "which": context.text("entities.which") if drawn else "",
        "withheld": "" if drawn else context.text("failures.withheld"),
    }


def _pieces(context: Context, text: str, spans: Sequence[DrawnSpan]) -> list[dict[str, str]]:
    """The text cut at its entities; of two that overlap the first alone is drawn."""
    pieces, place = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.start < place:
            continue
        pieces += [
            {"text": text[place : span.start], "name": "", "outcome": ""},
            {
                "text": text[span.start : span.end],
                "name": f"{context.names.one(span.type)} · {context.text(f'entities.drawn.{span.outcome}')}",
                "outcome": span.outcome,
            },
        ]
        place = span.end
    return [piece for piece in [*pieces, {"text": text[place:], "name": "", "outcome": ""}] if piece["text"]]


def _rates(context: Context, own: SpanFacts) -> Table:
    found = {(m.metric, m.scope["class"]): m for name in _RATES for m in context.evidence.select(name, "class")}
    columns = [(context.text("entities.type"), "name"), *((context.metric_name(name), "number") for name in _RATES)]
    rows = []
    for label, _ in _ranked(context, own):
        measures = [found.get((name, label)) for name in _RATES]
        figures = [
            Cell(context.numbers.figure(m), "number", note=context.doubt(m), is_muted=bool(m.undefined_because))
            if m
            else Cell(ABSENT, "number", is_muted=True)
            for m in measures
        ]
        rows.append([Cell(shorten(context.names.one(label), 40), "name"), *figures])
    return make_table(context.text("entities.rates"), columns, rows, token="dense outcomes", n_first=_N_TYPES)  # type: ignore[arg-type]


def _notes(context: Context, own: SpanFacts) -> list[str]:
    """What the intervals rest on, and what was repaired."""
    of = context.text("entities.documents" if own.has_documents else "entities.texts", n_clusters=own.n_clusters)
    notes = [of]
    if own.n_repaired_gold or own.n_repaired_predicted:
        found = {name: context.evidence.get(f"{name}_micro_unrepaired") for name in ("f1", "precision", "recall")}
        figures = {name: context.numbers.figure(m) if m else ABSENT for name, m in found.items()}
        counts = {"n_predicted": own.n_repaired_predicted, "n_gold": own.n_repaired_gold}
        notes.append(context.text("entities.repaired", **counts, **figures))
    if own.entity_columns:
        names = ", ".join(context.names.column(name) for name in own.entity_columns)
        notes.append(context.text("entities.of_entities", columns=names))
    return notes


SECTION = Section("entities", "65_entities.html.j2", build)
