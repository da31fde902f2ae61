"""Score by number of training examples: dots with intervals, the fitted law, and its reach to twice the data."""

import math
from dataclasses import dataclass

from boletim.contracts.results.sample_sizes import SizeCurve
from boletim.reports.charts.svg import ACCENT, MUTED, RULE, WARN, Svg, tick_decimals, ticks
from boletim.reports.page.numbers import Numbers

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 700, 250, 52, 120, 26, 40
_STEPS = 60


@dataclass(frozen=True)
class SizeLabels:
    """The texts in the chart."""

    x_axis: str
    y_axis: str
    law: str
    doubled: str


def draw_sample_sizes(
    curve: SizeCurve, doubled: tuple[float, float, float] | None, numbers: Numbers, labels: SizeLabels
) -> str:
    """The curve on a logarithmic axis of sizes.

    Args:
        curve: At least one size.
        doubled: Score expected of twice the largest size, with its limits; None where there is none.
        numbers: How the axes are written.
        labels: Names of axes and marks.
    """
    svg = Svg(_WIDTH, _HEIGHT)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    first, last = curve.points[0].n_train, curve.points[-1].n_train * (2 if doubled else 1)
    ends = [end for p in curve.points for end in (p.low, p.value, p.high) if end is not None] + list(doubled or ())
    room = max(0.05 * (max(ends) - min(ends)), 0.01)
    lowest, highest = min(ends) - room, min(max(ends) + room, 1.0)

    def x(size: float) -> float:
        return _LEFT + 14 + math.log(size / first) / max(math.log(last / first), 1e-9) * (right - _LEFT - 28)

    def y(score: float) -> float:
        return bottom - (score - lowest) / max(highest - lowest, 1e-9) * (bottom - _TOP)

    marks = [mark for mark in ticks(lowest, highest) if lowest <= mark <= highest]
    for mark in marks:
        svg.line(_LEFT, y(mark), right, y(mark), RULE, 0.8)
        height = y(mark) + 3.4
        svg.text(_LEFT - 6, height, numbers.number(mark, tick_decimals(marks)), anchor="end", colour=MUTED, size=9.5)
    if curve.slope is not None and curve.floor is not None and curve.exponent is not None:
        sizes = [first * (last / first) ** (i / _STEPS) for i in range(_STEPS + 1)]
        whole = curve.points[-1].n_train
        line = [(x(n), y(1 - curve.floor - curve.slope * (n / whole) ** -curve.exponent)) for n in sizes]
        svg.path(line, ACCENT, dash="5 4")
        svg.text(right + 9, line[-1][1] + 3.6, labels.law, colour=ACCENT, is_bold=True)
    for point in curve.points:
        if point.low is not None and point.high is not None:
            svg.line(x(point.n_train), y(point.low), x(point.n_train), y(point.high), ACCENT, 1.6)
        svg.dot(x(point.n_train), y(point.value), radius=4)
        svg.text(x(point.n_train), bottom + 15, numbers.count(point.n_train), anchor="middle", colour=MUTED, size=9.5)
    if doubled is not None:
        value, low, high = doubled
        svg.line(x(last), y(low), x(last), y(high), WARN, 1.6)
        svg.diamond(x(last), y(value), radius=4.4, fill="#FFFFFF", stroke=WARN)
        svg.text(x(last), bottom + 15, numbers.count(last), anchor="middle", colour=MUTED, size=9.5)
        svg.text(x(last), y(high) - 7, labels.doubled, anchor="middle", colour=WARN, size=9.5)
    svg.text((_LEFT + right) / 2, _HEIGHT - 8, labels.x_axis, anchor="middle", colour=MUTED, size=10)
    svg.text(4, _TOP - 9, labels.y_axis, colour=MUTED, size=10)
    return svg.finish()
