"""Dots with intervals, one row each: the card's main chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from boletim.reports.charts.svg import ACCENT, INK, MUTED, PALE, RULE, WARN, Svg, tick_decimals, ticks
from boletim.reports.page.numbers import Numbers
from boletim.reports.page.shorten import shorten

_WIDTH, _ROW, _TOP, _BARE_TOP, _BOTTOM = 700, 15.5, 22, 6, 28
_VALUE, _VALUE_MAX, _CHARACTER, _CHARACTER_OF_VALUE = 150, 240, 5.9, 5.3
_LONGEST, _OF_LONGEST = 34, 5.6
"""Characters of a label, and the most width that each may take where all are of this length."""

_OF_AXIS = 4.7
"""Width of a character of the axis's title."""


@dataclass(frozen=True)
class DotRow:
    """One estimate."""

    label: str
    value: float
    low: float | None
    high: float | None
    text: str
    """The value with interval and n, as printed at the right."""
    is_judged: bool = True
    """Estimates shown and not judged are drawn hollow."""
    is_marked: bool = False
    """Drawn as a diamond: a gap that was shown."""
    bar: float | None = None
    """The limit of the row's gate, drawn as a post."""


def draw_interval_dots(
    rows: Sequence[DotRow],
    numbers: Numbers,
    *,
    limits: tuple[float, float],
    axis: str,
    reference: float | None = None,
    reference_name: str = "",
    band: tuple[float, float] | None = None,
    ends: tuple[str, str] | None = None,
    is_percent: bool = False,
    longest: int = _LONGEST,
) -> str:
    """Rows of dots with their intervals.

    Args:
        rows: From top to bottom.
        numbers: How the axis is written.
        limits: Ends of the axis.
        axis: What the axis shows.
        reference: Where a dashed line is drawn.
        reference_name: Its label.
        band: A shaded range, such as the margin.
        ends: What the left and the right of the reference mean.
        is_percent: The axis counts hundredths.
        longest: Characters of a label; longer ones are shortened.
    """
    top = _TOP if reference is not None or ends is not None else _BARE_TOP
    height = top + _ROW * len(rows) + _BOTTOM
    svg = Svg(_WIDTH, height)
    rows = [replace(row, label=shorten(row.label, longest)) for row in rows]
    widest = max((len(row.label) for row in rows), default=0)
    label = min(longest * _OF_LONGEST, 8 + widest * _CHARACTER)
    value = min(_VALUE_MAX, max(_VALUE, *(8 + len(row.text) * _CHARACTER_OF_VALUE for row in rows))) if rows else _VALUE
    left, right = label + 10, _WIDTH - value - 12
    low, high = limits

    def place(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    bottom = height - _BOTTOM
    if band:
        svg.rectangle(place(band[0]), top, place(band[1]) - place(band[0]), bottom - top, PALE)
    _draw_axis(svg, limits, axis, (top, bottom), numbers, place, is_percent=is_percent)
    if reference is not None:
        svg.line(place(reference), top - 4, place(reference), bottom, INK, 1, "4 3")
        svg.text(place(reference), top - 8, reference_name, anchor="middle", colour=INK, size=9.5)
    if ends is not None:
        svg.text(left, top - 8, f"← {ends[0]}", colour=INK, size=9.5)
        svg.text(right, top - 8, f"{ends[1]} →", anchor="end", colour=INK, size=9.5)
    for index, row in enumerate(rows):
        _draw_row(svg, row, top + _ROW * (index + 0.5), label, _WIDTH - value, place)
    return svg.finish()


def _draw_axis(
    svg: Svg,
    limits: tuple[float, float],
    axis: str,
    ends: tuple[float, float],
    numbers: Numbers,
    place: Callable[[float], float],
    *,
    is_percent: bool,
) -> None:
    (low, high), (top, bottom) = limits, ends
    marks = ticks(low, high)
    decimals = max(tick_decimals(marks) - 2, 0) if is_percent else tick_decimals(marks)
    for mark in marks:
        svg.line(place(mark), top, place(mark), bottom, RULE, 0.8)
        svg.text(
            place(mark),
            bottom + 13,
            numbers.number(100 * mark if is_percent else mark, decimals),
            anchor="middle",
            colour=MUTED,
            size=9.5,
        )
    half = len(axis) * _OF_AXIS / 2
    middle = max(half, min((place(low) + place(high)) / 2, _WIDTH - half))
    svg.text(middle, bottom + 26, axis, anchor="middle", colour=MUTED, size=9.5)


def _draw_row(svg: Svg, row: DotRow, y: float, label: float, value: float, place: Callable[[float], float]) -> None:
    colour = (WARN if row.is_marked else ACCENT) if row.is_judged else MUTED
    svg.text(label, y + 3.6, row.label, anchor="end", colour=INK if row.is_judged else MUTED)
    if row.low is not None and row.high is not None:
        svg.line(place(row.low), y, place(row.high), y, colour, 2.2 if row.is_judged else 1.4)
    fill = colour if row.is_judged else "#FFFFFF"
    if row.is_marked:
        svg.diamond(place(row.value), y, fill=fill, stroke=colour)
    else:
        svg.dot(place(row.value), y, fill=fill, stroke=colour)
    if row.bar is not None:
        svg.line(place(row.bar), y - _ROW / 2 + 1, place(row.bar), y + _ROW / 2 - 1, INK, 2.4)
    svg.text(value, y + 3.6, row.text, colour=INK if row.is_judged else MUTED)
