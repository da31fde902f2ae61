"""The learning curve: loss on training and validation texts, and where the weights were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from boletim.contracts.results.search import CurvePoint
from boletim.reports.charts.free_places import Box, Place, Segment, free_places
from boletim.reports.charts.svg import ACCENT, INK, MUTED, RULE, WARN, Svg, tick_decimals, ticks
from boletim.reports.page.numbers import Numbers

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 700, 210, 52, 120, 26, 40


@dataclass(frozen=True)
class CurveLabels:
    """The texts in the chart."""

    train: str
    validation: str
    kept: str
    x_axis: str
    y_axis: str


def draw_learning_curve(
    points: Sequence[CurvePoint], kept_step: int | None, numbers: Numbers, labels: CurveLabels
) -> str:
    """Both losses over steps.

    Args:
        points: At least one with a loss.
        kept_step: Step whose weights were kept, marked with a vertical line.
        numbers: How the axes are written.
        labels: Names of axes and lines.
    """
    svg = Svg(_WIDTH, _HEIGHT)
    losses = [loss for p in points for loss in (p.train_loss, p.validation_loss) if loss is not None]
    top = max(losses) * 1.05 or 1.0
    first, last = min(p.step for p in points), max(p.step for p in points)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x(step: float) -> float:
        return _LEFT + (step - first) / max(last - first, 1) * (right - _LEFT)

    def y(loss: float) -> float:
        return bottom - loss / top * (bottom - _TOP)

    marks = ticks(0, top)
    for mark in marks:
        svg.line(_LEFT, y(mark), right, y(mark), RULE, 0.8)
        svg.text(
            _LEFT - 6, y(mark) + 3.4, numbers.number(mark, tick_decimals(marks)), anchor="end", colour=MUTED, size=9.5
        )
    for step in [mark for mark in ticks(first, last, 6) if mark == int(mark)]:
        svg.text(x(step), bottom + 15, numbers.count(int(step)), anchor="middle", colour=MUTED, size=9.5)
    if kept_step is not None:
        svg.line(x(kept_step), _TOP - 4, x(kept_step), bottom, INK, 1, "4 3")
        beside_name = 12 + 5.5 * len(labels.y_axis) + 2.8 * len(labels.kept)
        svg.text(max(x(kept_step), beside_name), _TOP - 9, labels.kept, anchor="middle", size=9.5)
    train = [(x(p.step), y(p.train_loss)) for p in points if p.train_loss is not None]
    validation = [(x(p.step), y(p.validation_loss)) for p in points if p.validation_loss is not None]
    ends = _draw_lines(svg, train, validation, labels)
    _label_ends(svg, ends, right + 9)
    kept = next((p for p in points if p.step == kept_step), None)
    if kept is not None:
        named = [(labels.train, kept.train_loss, WARN), (labels.validation, kept.validation_loss, ACCENT)]
        marks_at = [
            _Mark((x(kept.step), y(loss)), f"{name} {numbers.number(loss, 3)}", colour)
            for name, loss, colour in named
            if loss is not None
        ]
        _mark_kept(svg, marks_at, [*pairwise(train), *pairwise(validation)])
    svg.text((_LEFT + right) / 2, _HEIGHT - 8, labels.x_axis, anchor="middle", colour=MUTED, size=10)
    svg.text(4, _TOP - 9, labels.y_axis, colour=MUTED, size=10)
    return svg.finish()


def _draw_lines(
    svg: Svg, train: list[tuple[float, float]], validation: list[tuple[float, float]], labels: CurveLabels
) -> list[list]:  # type: ignore[type-arg]
    """Both lines with their points; the height, label and colour of each end."""
    ends = []
    if train:
        svg.path(train, WARN, dash="6 3")
        for place in train:
            svg.diamond(*place, radius=3.4, fill="#FFFFFF", stroke=WARN)
        ends.append([train[-1][1], labels.train, WARN])
    if validation:
        svg.path(validation)
        for place in validation:
            svg.dot(*place, radius=3)
        ends.append([validation[-1][1], labels.validation, ACCENT])
    return ends


def _label_ends(svg: Svg, ends: list[list], x: float) -> None:  # type: ignore[type-arg]
    """Labels at the lines' ends, moved apart where they would touch."""
    ends.sort(key=lambda end: end[0])
    if len(ends) == 2 and ends[1][0] - ends[0][0] < 13:
        middle = (ends[0][0] + ends[1][0]) / 2
        ends[0][0], ends[1][0] = middle - 6.5, middle + 6.5
    for height, label, colour in ends:
        svg.text(x, height + 3.6, label, colour=colour, is_bold=True)


@dataclass(frozen=True)
class _Mark:
    """One loss of the weights that were kept."""

    at: Place
    text: str
    colour: str


def _mark_kept(svg: Svg, marks: Sequence[_Mark], lines: Sequence[Segment]) -> None:
    """Both losses of the kept weights, named beside their points, clear of axis and lines; the higher one above."""
    marks = sorted(marks, key=lambda mark: mark.at[1])
    inside = Box(_LEFT + 2, _TOP, _WIDTH - _RIGHT + 2, _HEIGHT - _BOTTOM - 3)
    places = free_places([(mark.at, mark.text) for mark in marks], inside, lines)
    for mark, (place, anchor) in zip(marks, places, strict=True):
        svg.dot(*mark.at, radius=4.6, fill=mark.colour, stroke=INK)
        svg.text(*place, mark.text, anchor=anchor, colour=mark.colour, is_bold=True)
