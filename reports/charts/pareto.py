"""Two objectives of a search: every trial a dot, the front joined by steps, the chosen point named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from boletim.contracts.measure import Measure
from boletim.contracts.results.search import Front, FrontPoint
from boletim.reports.charts.svg import ACCENT, MUTED, RULE, WARN, Svg, tick_decimals, ticks
from boletim.reports.page.numbers import Numbers

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 700, 300, 58, 24, 30, 46
_ROOM = 0.06


@dataclass(frozen=True)
class ParetoLabels:
    """The texts in the chart."""

    x_axis: str
    y_axis: str
    chosen: str


def draw_pareto(front: Front, numbers: Numbers, labels: ParetoLabels) -> str:
    """The second objective from left to right, the first one upwards.

    Args:
        front: At least one point.
        numbers: How the axes are written.
        labels: Names of axes and of the chosen point.
    """
    svg = Svg(_WIDTH, _HEIGHT)
    on_front = sorted((p for p in front.points if p.is_on_front), key=lambda p: _value(p.second))
    x = _axis(front.points, lambda p: p.second, _LEFT, _WIDTH - _RIGHT)
    y = _axis(front.points, lambda p: p.objective, _HEIGHT - _BOTTOM, _TOP)
    _draw_axes(svg, x, y, numbers, labels)
    _draw_steps(svg, [(x.at(_value(p.second)), y.at(_value(p.objective))) for p in on_front], front)
    for point in front.points:
        if not point.is_on_front:
            svg.dot(x.at(_value(point.second)), y.at(_value(point.objective)), radius=3, fill="#FFFFFF", stroke=MUTED)
    for point in sorted(on_front, key=lambda p: p.trial == front.chosen):
        is_chosen = point.trial == front.chosen
        across, up, colour = x.at(_value(point.second)), y.at(_value(point.objective)), WARN if is_chosen else ACCENT
        if point.second.low is not None and point.second.high is not None:
            svg.line(x.at(point.second.low), up, x.at(point.second.high), up, colour, 1)
        if point.objective.low is not None and point.objective.high is not None:
            svg.line(across, y.at(point.objective.low), across, y.at(point.objective.high), colour, 1)
        if is_chosen:
            svg.diamond(across, up, radius=6, fill=WARN, stroke=WARN)
            below = max(up + 8, y.at(point.objective.low) if point.objective.low is not None else up)
            svg.text(across, min(below + 13, y.start - 4), labels.chosen, anchor="middle", colour=WARN, is_bold=True)
        else:
            svg.dot(across, up, radius=4)
    return svg.finish()


@dataclass(frozen=True)
class _Axis:
    start: float
    end: float
    low: float
    high: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def _axis(points: Sequence[FrontPoint], side: Callable[[FrontPoint], Measure], start: float, end: float) -> _Axis:
    """Long enough for every dot and for the intervals that are drawn."""
    ends = [_value(side(point)) for point in points]
    for point in points:
        if point.is_on_front:
            ends += [one for one in (side(point).low, side(point).high) if one is not None]
    room = max(_ROOM * (max(ends) - min(ends)), 0.01)
    return _Axis(start, end, min(ends) - room, max(ends) + room)


def _draw_axes(svg: Svg, x: _Axis, y: _Axis, numbers: Numbers, labels: ParetoLabels) -> None:
    for axis in (x, y):
        marks = [mark for mark in ticks(axis.low, axis.high) if axis.low <= mark <= axis.high]
        for mark in marks:
            text, place = numbers.number(mark, tick_decimals(marks)), axis.at(mark)
            if axis is x:
                svg.line(place, y.end, place, y.start, RULE, 0.8)
                svg.text(place, y.start + 15, text, anchor="middle", colour=MUTED, size=9.5)
            else:
                svg.line(x.start, place, x.end, place, RULE, 0.8)
                svg.text(x.start - 6, place + 3.4, text, anchor="end", colour=MUTED, size=9.5)
    svg.text((x.start + x.end) / 2, _HEIGHT - 8, labels.x_axis, anchor="middle", colour=MUTED, size=10)
    svg.text(4, _TOP - 12, labels.y_axis, colour=MUTED, size=10)


def _draw_steps(svg: Svg, dots: Sequence[tuple[float, float]], front: Front) -> None:
    """The edge of what the front beats."""
    corners = list(dots[:1])
    for (before, height), (after, next_height) in pairwise(dots):
        corners.append((before, next_height) if front.higher_is_better else (after, height))
        corners.append((after, next_height))
    svg.path(corners, ACCENT, width=1.2, dash="4 3")


def _value(measure: Measure) -> float:
    assert measure.value is not None, "a trial without it is no point"
    return measure.value
