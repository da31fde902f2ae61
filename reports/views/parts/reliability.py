"""Whether confidence can be read as a probability: drawn, and as figures."""

from collections.abc import Sequence

from boletim.contracts.answers.one_label import OneLabelFacts, Point
from boletim.reports.charts.reliability import draw_reliability
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Chart, Table, make_table
from boletim.reports.page.numbers import ABSENT


def reliability_chart(context: Context) -> Chart | None:
    """How often the model is right by how sure it is; None without scores."""
    bins = context.own_facts(OneLabelFacts).reliability
    if not bins:
        return None
    svg = draw_reliability(
        bins,
        context.numbers,
        x_axis=context.text("performance.bins_axis"),
        y_axis=f"{context.text('performance.confidence')}, {context.text('performance.accuracy').lower()}",
        promised=context.text("performance.promised"),
        kept=context.text("performance.kept"),
    )
    ece = context.evidence.get("ece")
    figure = context.numbers.with_n(ece) if ece else ABSENT
    return Chart(
        svg,
        context.text("performance.reliability_alt", n=len(bins), figure=figure),
        context.text("performance.reliability_chart"),
        token="half",
    )


def reliability_tables(context: Context) -> list[Table]:
    """The same as figures, in two tables beside each other, so that the block is no higher than its chart."""
    bins = context.own_facts(OneLabelFacts).reliability
    half = -(-len(bins) // 2)
    parts = (bins[:half], 1), (bins[half:], half + 1)
    return [_bins_table(context, part, first) for part, first in parts if part]


def _bins_table(context: Context, bins: Sequence[Point], first: int) -> Table:
    columns = [(context.text(f"performance.{key}"), "number") for key in ("confidence", "accuracy", "n")]
    numbers = context.numbers
    rows = [
        [
            numbers.number(entry.confidence, 2),
            numbers.estimate(entry.accuracy, entry.low, entry.high),
            numbers.count(entry.n),
        ]
        for entry in bins
    ]
    caption = f"{context.text('performance.reliability_table')} ({first}–{first + len(bins) - 1})"
    return make_table(caption, columns, rows, token="half dense bins")  # type: ignore[arg-type]


def direction(context: Context) -> str:
    """In how many bins the model is right more often than it says, and less often; empty without scores."""
    bins = context.own_facts(OneLabelFacts).reliability
    above = [one for one in bins if one.accuracy > one.confidence]
    below = [one for one in bins if one.accuracy < one.confidence]
    if not bins:
        return ""
    return context.text(
        "performance.direction",
        n=len(bins),
        n_above=len(above),
        n_above_whole=sum(one.low is not None and one.low > one.confidence for one in above),
        n_below=len(below),
        n_below_whole=sum(one.high is not None and one.high < one.confidence for one in below),
    )
