"""What fine-tuning changed: the probes of the encoder before it and after it."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.shorten import shorten

BEFORE, CHANGE = "_base", "_change"


def is_of_base(measure: Measure) -> bool:
    """Whether a figure belongs to the comparison with the base model, and not to the probe of the tuned one."""
    return measure.metric.endswith((BEFORE, CHANGE))


def base_change(context: Context, kept: int | None) -> dict[str, Any] | None:
    """None where no probe was run on the base model."""
    probes = context.card.probes.probes if context.card.probes else ()
    changes = [measure for probe in probes for measure in probe.measures if measure.metric.endswith(CHANGE)]
    if not changes:
        return None
    step = context.numbers.count(kept) if kept is not None else "–"
    return {"text": context.text("base_change.text", step=step), "table": _table(context, changes)}


def _table(context: Context, changes: list[Measure]) -> Table:
    columns = [
        (context.text("base_change.figure"), "name"),
        (context.text("base_change.before"), "number"),
        (context.text("base_change.after"), "number"),
        (context.text("base_change.change"), "number"),
        (context.text("groups.q"), "number"),
        (context.text("performance.n"), "number"),
    ]
    found = {(m.metric, tuple(sorted(m.scope.items()))): m for m in context.evidence.measures}
    rows = []
    for change in changes:
        metric, scope = change.metric.removesuffix(CHANGE), tuple(sorted(change.scope.items()))
        note = ", ".join(value for key, value in scope if key != "probe")
        name = context.words.find(f"probes.{change.scope['probe']}.name") or change.scope["probe"]
        both = [found.get((metric + BEFORE, scope)), found.get((metric, scope))]
        rows.append(
            [
                Cell(context.metric_name(metric), "name", note=shorten(f"{name}, {note}" if note else name, 120)),
                *(Cell(context.numbers.figure(m, 3) if m else "–", "number") for m in both),
                Cell(context.numbers.figure(change, 3), "number", note=context.doubt(change)),
                Cell(context.numbers.probability(change.q), "number"),
                Cell(context.numbers.count(change.n), "number"),
            ]
        )
    return make_table(context.text("base_change.table"), columns, rows, token="since")  # type: ignore[arg-type]
