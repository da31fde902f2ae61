"""What one decision threshold for each group would do: a table for each class, reported and not used."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.shorten import shorten

_MAX_LABELS = 5


def own_threshold_tables(context: Context) -> list[Table]:
    """One table per class, the first five; one row per group. Empty where no threshold was chosen."""
    chosen = context.evidence.of_groups("group_threshold", per_class=True, n_columns=1)
    labels = list(dict.fromkeys(one.scope["class"] for one in chosen))
    more = context.more(len(labels) - _MAX_LABELS)
    return [
        _table(context, label, [one for one in chosen if one.scope["class"] == label], more)
        for label in labels[:_MAX_LABELS]
    ]


def _table(context: Context, label: str, chosen: list[Measure], more: str) -> Table:
    words = [f"{metric}_{when}" for metric in ("recall", "false_positive_rate") for when in ("now", "then")]
    columns: list[tuple[str, Any]] = [(context.text("mitigation.own_thresholds.group"), "name")]
    columns += [(context.text(f"mitigation.own_thresholds.{word}"), "number") for word in ("threshold", *words)]
    columns.append((context.text("mitigation.own_thresholds.n"), "number"))
    rows = [_row(context, one) for one in chosen]
    caption = context.text("mitigation.own_thresholds.table", label=shorten(context.names.one(label), 40))
    return make_table(caption, columns, rows, more=more, token="dense")


def _row(context: Context, chosen: Measure) -> list[Cell | str]:
    cells, counts = [], [chosen.n]
    for metric in ("recall", "false_positive_rate"):
        for name in (metric, f"{metric}_at_group_threshold"):
            found = context.evidence.get(chosen.id.replace(chosen.metric, name, 1))
            cells.append(Cell(context.numbers.figure(found), "number") if found else Cell(ABSENT, "number"))
        counts.append(found.n if found else 0)
    ((column, value),) = context.evidence.groups_of(chosen).items()
    name = f"{context.names.column(column)}: {context.names.group(value)}"
    threshold = Cell(context.numbers.number(chosen.value, 2), "number", note=context.doubt(chosen))
    return [name, threshold, *cells, Cell(" / ".join(map(context.numbers.count, counts)), "number")]
