"""Reliability: what the confidence promises beside what the accuracy keeps, a column for each bin."""

from collections.abc import Sequence
from math import floor

from boletim.contracts.answers.one_label import Point
from boletim.reports.charts.svg import ACCENT, INK, MUTED, RULE, WARN, Svg, tick_decimals, ticks
from boletim.reports.page.numbers import Numbers

_SIZE, _LEFT, _TOP, _BOTTOM = 300, 40, 26, 40


def draw_reliability(
    bins: Sequence[Point], numbers: Numbers, *, x_axis: str, y_axis: str, promised: str, kept: str
) -> str:
    """For each bin its mean confidence and its accuracy with the interval; bins stand side by side, so that none hides.

    Args:
        bins: Of confidence, the lowest first.
        numbers: How the axis is written.
        x_axis: What stands side by side.
        y_axis: Name of the vertical axis.
        promised: Label of the confidence.
        kept: Label of the accuracy.
    """
    svg = Svg(_SIZE, _SIZE)
    right, bottom = _SIZE - 12, _SIZE - _BOTTOM
    start = _start(bins)
    step = (right - _LEFT) / max(len(bins), 1)

    def y(value: float) -> float:
        return bottom - (value - start) / (1 - start) * (bottom - _TOP)

    marks = ticks(start, 1)
    for mark in marks:
        svg.line(_LEFT, y(mark), right, y(mark), RULE, 0.8)
        label = numbers.number(mark, tick_decimals(marks))
        svg.text(_LEFT - 6, y(mark) + 3.4, label, anchor="end", colour=MUTED, size=9.5)
    for place, entry in enumerate(bins):
        x = _LEFT + (place + 0.5) * step
        svg.line(x, y(entry.low), x, y(entry.high), ACCENT, 1.8)
        svg.dot(x, y(entry.accuracy), 3.2)
        svg.line(x - 0.36 * step, y(entry.confidence), x + 0.36 * step, y(entry.confidence), WARN, 2.2)
    svg.text(_LEFT, _SIZE - 24, f"● {kept}", colour=ACCENT, size=9.5)
    svg.text(right, _SIZE - 24, f"— {promised}", anchor="end", colour=WARN, size=9.5)
    svg.text((_LEFT + right) / 2, _SIZE - 8, x_axis, anchor="middle", colour=MUTED, size=10)
    svg.text(4, _TOP - 12, y_axis, colour=INK, size=10)
    return svg.finish()


def _start(bins: Sequence[Point]) -> float:
    """Where the axis begins: the last tenth below every point and interval, so that the points fill the drawing."""
    least = min((min(entry.confidence, entry.low) for entry in bins), default=0.0)
    return max(0.0, min(0.9, floor(10 * least) / 10))
