"""Reliability: what the confidence promises against what the accuracy keeps."""

from collections.abc import Sequence
from math import floor

from boletim.contracts.answers.one_label import Point
from boletim.reports.charts.svg import ACCENT, INK, MUTED, RULE, Svg, tick_decimals, ticks
from boletim.reports.page.numbers import Numbers

_SIZE, _LEFT, _TOP, _BOTTOM = 300, 40, 26, 40


def draw_reliability(
    bins: Sequence[Point], numbers: Numbers, *, x_axis: str, y_axis: str, ideal: str, zones: tuple[str, str]
) -> str:
    """One dot per bin with the interval of its accuracy, beside the diagonal, where the points lie.

    Args:
        bins: Of confidence.
        numbers: How the axes are written.
        x_axis: Name of the horizontal axis.
        y_axis: Name of the vertical axis.
        ideal: Label of the diagonal.
        zones: What lies above and what lies below the diagonal.
    """
    svg = Svg(_SIZE, _SIZE)
    right, bottom = _SIZE - 12, _SIZE - _BOTTOM
    start = _start(bins)

    def x(value: float) -> float:
        return _LEFT + (value - start) / (1 - start) * (right - _LEFT)

    def y(value: float) -> float:
        return bottom - (value - start) / (1 - start) * (bottom - _TOP)

    def part(share: float) -> float:
        return start + share * (1 - start)

    marks = ticks(start, 1)
    for mark in marks:
        svg.line(x(mark), _TOP, x(mark), bottom, RULE, 0.8)
        svg.line(_LEFT, y(mark), right, y(mark), RULE, 0.8)
        svg.text(
            x(mark), bottom + 14, numbers.number(mark, tick_decimals(marks)), anchor="middle", colour=MUTED, size=9.5
        )
        svg.text(
            _LEFT - 6, y(mark) + 3.4, numbers.number(mark, tick_decimals(marks)), anchor="end", colour=MUTED, size=9.5
        )
    svg.line(x(start), y(start), x(1), y(1), INK, 1, "4 3")
    svg.text(x(part(0.04)), y(part(0.93)), zones[0], colour=MUTED, size=9.5)
    svg.text(x(part(0.98)), y(part(0.13)), zones[1], anchor="end", colour=MUTED, size=9.5)
    svg.text(x(part(0.98)), y(part(0.06)), f"- - {ideal}", anchor="end", colour=INK, size=9.5)
    for entry in bins:
        place = x(entry.confidence)
        svg.line(place, y(entry.low), place, y(entry.high), ACCENT, 1.8)
        svg.dot(place, y(entry.accuracy), 3.2)
    svg.text((_LEFT + right) / 2, _SIZE - 8, x_axis, anchor="middle", colour=MUTED, size=10)
    svg.text(4, _TOP - 12, y_axis, colour=MUTED, size=10)
    return svg.finish()


def _start(bins: Sequence[Point]) -> float:
    """Where both axes begin: the last tenth below every point and interval, so that the points fill the drawing."""
    least = min((min(entry.confidence, entry.low) for entry in bins), default=0.0)
    return max(0.0, min(0.9, floor(10 * least) / 10))
