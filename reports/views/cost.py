"""What it costs to use the model: time and throughput by batch size, memory, size, energy."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.contracts.results.cost import CostResult
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section

_MIB = 2**20
_SIZES = ("n_parameters", "model_bytes", "peak_memory", "energy_per_text")


def build(context: Context) -> dict[str, Any] | None:
    """Nothing where no model was at hand."""
    cost = context.card.cost
    if cost is None:
        return None
    device = context.text("cost.processor", n=cost.n_threads) if cost.device == "cpu" else cost.device
    return {
        "how": context.text("cost.how", n=cost.n_texts, device=device),
        "speed": _speed(context),
        "sizes": _sizes(context, cost),
    }


def _speed(context: Context) -> Table | None:
    columns = [
        (context.text("cost.batch_size"), "number"),
        (context.text("cost.latency"), "number"),
        (context.text("cost.throughput"), "number"),
        (context.text("cost.n_batches"), "number"),
    ]
    rows = []
    for latency in context.evidence.select("latency", "batch_size"):
        throughput = context.evidence.get(latency.id.replace("latency", "throughput", 1))
        rows.append(
            [
                Cell(latency.scope["batch_size"], "number"),
                Cell(_scaled(context, latency, 1_000), "number"),
                Cell(_scaled(context, throughput, 1), "number") if throughput else Cell(ABSENT, "number"),
                Cell(context.numbers.count(latency.n), "number"),
            ]
        )
    has_interval = any(m.low is not None for m in context.evidence.select("latency", "batch_size"))
    caption = context.text("cost.speed" if has_interval else "cost.speed_alone")
    return make_table(caption, columns, rows) if rows else None  # type: ignore[arg-type]


def _sizes(context: Context, cost: CostResult) -> Table:
    has_interval = any(m.low is not None for name in _SIZES if (m := context.evidence.get(name)))
    value = context.text("performance.value" if has_interval else "cost.value")
    columns = [(context.text("performance.metric"), "name"), (value, "number")]
    rows = []
    for name in _SIZES:
        measure = context.evidence.get(name)
        if measure is None:
            continue
        reason = context.words.reason(measure.undefined_because)
        value = _with_unit(context, measure) if not reason else context.text("cost.not_measured")
        rows.append(
            [Cell(context.metric_name(name), "name"), Cell(value, "number", note=reason, is_muted=bool(reason))]
        )
    return make_table(context.text("cost.sizes"), columns, rows, token="half")  # type: ignore[arg-type]


def _with_unit(context: Context, measure: Measure) -> str:
    if measure.unit == "bytes":
        return f"{_scaled(context, measure, 1 / _MIB)} MiB"
    return f"{_scaled(context, measure, 1)} J" if measure.unit == "joules" else context.numbers.figure(measure)


def _scaled(context: Context, measure: Measure, factor: float) -> str:
    """Value and interval in another unit, with three significant digits."""
    parts = [None if part is None else part * factor for part in (measure.value, measure.low, measure.high)]
    size = abs(parts[0] or 0.0)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return context.numbers.estimate(parts[0], parts[1], parts[2], decimals)


SECTION = Section("cost", "78_cost.html.j2", build)
