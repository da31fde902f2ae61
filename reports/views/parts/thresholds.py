"""Tables of what other decision thresholds would do: for two classes, or for each of several labels."""

from collections import defaultdict

from boletim.contracts.measure import Measure
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.shorten import shorten

_METRICS = ("precision", "recall", "false_positive_rate", "selection_rate")
_MAX_LABELS = 10


def threshold_tables(context: Context) -> list[Table]:
    """One table per label, the first ten; one row per threshold. Empty where there are none."""
    found: dict[str, dict[tuple[str, str], Measure]] = defaultdict(dict)
    for metric in _METRICS:
        for m in context.evidence.select(f"{metric}_at_threshold", "class", "threshold"):
            found[m.scope["class"]][metric, m.scope["threshold"]] = m
    shown = list(found)[:_MAX_LABELS]
    more = context.more(len(found) - _MAX_LABELS)
    return [_table(context, label, found[label], more if label == shown[-1] else "") for label in shown]


def _table(context: Context, label: str, found: dict[tuple[str, str], Measure], more: str) -> Table:
    numbers = context.numbers
    columns = [
        (context.text("performance.threshold"), "number"),
        *((context.metric_name(metric), "number") for metric in _METRICS),
    ]
    rows = []
    for threshold in sorted({threshold for _, threshold in found}):
        measures = [found.get((metric, threshold)) for metric in _METRICS]
        cells = [Cell(numbers.figure(m), "number") if m else Cell(ABSENT, "number") for m in measures]
        rows.append([Cell(numbers.number(float(threshold), 1), "number"), *cells])
    caption = context.text("performance.thresholds", label=shorten(context.names.one(label), 40))
    return make_table(caption, columns, rows, more=more, token="dense")  # type: ignore[arg-type]
