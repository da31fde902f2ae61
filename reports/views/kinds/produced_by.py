"""Which model behind an API made the predictions, what it refused, and how far its answers to one text differ."""

from typing import Any

from boletim.contracts.answers.one_label import OneLabelFacts
from boletim.contracts.measure import Measure
from boletim.contracts.produced_by import ProducedBy
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Fact, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten

_RATES = ("refusal_rate", "disagreement")
_N_FIRST = 12


def build(context: Context) -> dict[str, Any] | None:
    """Nothing where nobody said what made the predictions."""
    said = context.card.data.get("produced_by")
    if said is None:
        return None
    made = ProducedBy.model_validate(said)
    has_refusals, has_repeats = (bool(_measures(context, name)) for name in _RATES)
    notes = [context.text("produced_by.claimed")]
    if has_refusals:
        notes.append(context.text("produced_by.refused"))
    elif made.refusals:
        notes.append(context.text("produced_by.none_refused", names=", ".join(made.refusals)))
    if has_repeats:
        notes.append(context.text("produced_by.repeated", column=made.repeats))
    return {"facts": _facts(context, made), "rates": _rates(context), "classes": _classes(context), "notes": notes}


def _facts(context: Context, made: ProducedBy) -> list[Fact]:
    temperature = None if made.temperature is None else context.numbers.number(made.temperature, 2)
    told = {"model": made.model, "date": made.date, "temperature": temperature, "prompt_sha256": made.prompt_sha256}
    told |= {"refusals": ", ".join(made.refusals) or None, "repeats": made.repeats}
    unknown = context.text("facts.unknown")
    return [
        Fact(context.text(f"produced_by.{key}"), text or unknown, bool(text) and key == "prompt_sha256")
        for key, text in told.items()
        if text or key not in ("refusals", "repeats")
    ]


def _measures(context: Context, name: str) -> list[Measure]:
    return [
        m for m in context.card.audit.measures if m.metric == name and len(m.scope) < 2 and "attribute" not in m.scope
    ]


def _rates(context: Context) -> Table | None:
    """A row for all texts, and for each group of each column."""
    found = {(m.metric, *next(iter(m.scope.items()), ("", ""))): m for name in _RATES for m in _measures(context, name)}
    if not found:
        return None
    shown = [name for name in _RATES if any(key[0] == name for key in found)]
    columns = [(context.text("produced_by.of"), "name")]
    columns += [
        one
        for name in shown
        for one in ((context.metric_name(name), "number"), (context.text("performance.n"), "number"))
    ]
    rows = []
    for column, group in dict.fromkeys(key[1:] for key in found):
        name = (
            f"{context.names.column(column)}: {context.names.one(group)}" if column else context.text("produced_by.all")
        )
        cells = [cell for metric in shown for cell in _figure(context, found.get((metric, column, group)))]
        rows.append([Cell(shorten(name, 60), "name"), *cells])
    return make_table(context.text("produced_by.rates"), columns, rows, token="dense", n_first=_N_FIRST)  # type: ignore[arg-type]


def _figure(context: Context, measure: Measure | None) -> tuple[Cell, Cell]:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True), Cell(ABSENT, "number", is_muted=True)
    value = Cell(
        context.numbers.figure(measure), "number", note=context.doubt(measure), is_muted=bool(measure.undefined_because)
    )
    return value, Cell(context.numbers.count(measure.n), "number")


def _classes(context: Context) -> Table | None:
    """How many examples of each true class were refused."""
    own, labels = context.own_facts(OneLabelFacts), context.facts.labels
    if not own.refused:
        return None
    columns = [
        (context.text("performance.true_class"), "name"),
        (context.text("produced_by.n_refused"), "number"),
        (context.text("performance.share_of_true"), "number"),
    ]
    rows = [
        [
            Cell(shorten(context.names.one(label), 40), "name"),
            Cell(context.numbers.count(n), "number"),
            Cell(context.numbers.share(n, n + sum(answered)), "number"),
        ]
        for label, n, answered in zip(labels, own.refused, own.confusion, strict=True)
    ]
    return make_table(context.text("produced_by.classes"), columns, rows, token="half", n_first=_N_FIRST)  # type: ignore[arg-type]


SECTION = Section("produced_by", "31_produced_by.html.j2", build)
