"""Table of what other decision thresholds would do, for two classes."""

from reports.context import Context
from reports.layout import Cell, Table, make_table
from reports.numbers import ABSENT
from reports.svg import shorten

_METRICS = ("precision", "recall", "false_positive_rate", "selection_rate")


def threshold_table(context: Context) -> Table | None:
    """One row per threshold; None where there are none."""
    found = {
        (metric, m.scope["threshold"]): m
        for metric in _METRICS
        for m in context.evidence.select(f"{metric}_at_threshold", "class", "threshold")
    }
    if not found:
        return None
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
    label = next(iter(found.values())).scope["class"]
    caption = context.text("performance.thresholds", label=shorten(label, 40))
    return make_table(caption, columns, rows, token="dense")  # type: ignore[arg-type]
