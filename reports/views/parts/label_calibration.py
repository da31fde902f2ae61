"""How far each label's probability can be trusted, where a text may have several."""

from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.shorten import shorten

_METRICS = ("label_calibration_error", "label_calibration_error_debiased")
_MAX_LABELS = 60


def label_calibration_table(context: Context) -> Table | None:
    """Calibration errors per label, the largest first; None where a text has one label, or without scores."""
    found = {(m.metric, m.scope["class"]): m for name in _METRICS for m in context.evidence.select(name, "class")}
    known = [m for (name, _), m in found.items() if name == _METRICS[0] and m.value is not None]
    if not known:
        return None
    known.sort(key=lambda m: (-(m.value or 0.0), m.scope["class"]))
    columns = [
        (context.text("performance.class"), "name"),
        (context.text("performance.n"), "number"),
        *((context.metric_name(name), "number") for name in _METRICS),
    ]
    rows = []
    for measure in known[:_MAX_LABELS]:
        label = measure.scope["class"]
        figures = [found.get((name, label)) for name in _METRICS]
        cells = [Cell(context.numbers.figure(one), "number", note=context.doubt(one)) for one in figures if one]
        rows.append(
            [
                Cell(shorten(context.names.one(label), 60), "name"),
                Cell(context.numbers.count(measure.n), "number"),
                *cells,
            ]
        )
    caption = context.text("performance.label_calibration")
    return make_table(caption, columns, rows, more=context.more(len(known) - _MAX_LABELS), token="dense")  # type: ignore[arg-type]
