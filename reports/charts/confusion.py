"""Confusion: which class is taken for which, as shares of the true class."""

from collections.abc import Sequence

from boletim.reports.charts.svg import INK, MUTED, Svg
from boletim.reports.page.numbers import Numbers
from boletim.reports.page.shorten import shorten

_LABEL, _TOP, _CELL_MAX, _SPACE = 170, 40, 46, 500
_N_WIDE, _CELL_WIDE = 5, 92
_TALL, _FLAT = 0.8, 0.54
"""Height of a cell as a share of its width."""
_LETTER = 0.62
"""Width of a letter as a share of its size."""
_RISE, _ABOVE = 0.866, 27
"""How high a turned name rises for its length, and what stands above and below the longest."""


def draw_confusion(
    labels: Sequence[str], counts: Sequence[Sequence[int]], numbers: Numbers, *, rows: str, columns: str
) -> str:
    """A shaded square per pair of classes, with its count; columns in the order of the rows.

    Each column carries its class's name, written upwards where the names are too long to stand side by side.

    Args:
        labels: Classes, in the order of both axes.
        counts: counts[true][predicted].
        numbers: How counts are written.
        rows: Name of the vertical axis.
        columns: Name of the horizontal axis.
    """
    k = len(labels)
    cell = _CELL_WIDE if k <= _N_WIDE else min(_CELL_MAX, _SPACE / k)
    height = min(_CELL_MAX, cell) * (_TALL if k <= _N_WIDE else _FLAT)
    name_size = min(10, cell * 0.6)
    names = [shorten(label, 15) for label in labels]
    longest = max(map(len, names)) * name_size * _LETTER
    is_turned = k > _N_WIDE and longest > cell
    top = longest * _RISE + _ABOVE if is_turned else _TOP
    svg = Svg(_LABEL + cell * k + (60 if is_turned else 16), top + height * k + 8)
    svg.text(_LABEL + cell * k / 2, 12, columns, anchor="middle", colour=MUTED, size=10)
    svg.text(_LABEL - 8, 12, rows, anchor="end", colour=MUTED, size=10)
    size = min(10.5, height * 0.6)
    for column in range(k):
        svg.text(
            _LABEL + cell * (column + 0.5),
            top - 7,
            names[column],
            anchor="start" if is_turned else "middle",
            colour=MUTED,
            size=name_size,
            turned=-60 if is_turned else 0,
        )
    for row, label in enumerate(labels):
        y = top + height * row
        svg.text(_LABEL - 8, y + height / 2 + 3.4, shorten(label, 26), anchor="end", size=size)
        total = sum(counts[row])
        for column in range(k):
            n = counts[row][column]
            share = n / total if total else 0.0
            fill = _shade(share) if n else "#FFFFFF"
            svg.rectangle(_LABEL + cell * column, y, cell, height, fill, "#FFFFFF" if n else "#EEF1F5")
            if n and size > 5:
                svg.text(
                    _LABEL + cell * (column + 0.5),
                    y + height / 2 + 3.4,
                    numbers.count(n),
                    anchor="middle",
                    colour="#FFFFFF" if share > 0.55 else INK,
                    size=size,
                    is_bold=row == column,
                )
    return svg.finish()


def _shade(share: float) -> str:
    """From a pale blue to the accent."""
    weight = share**0.6
    light, dark = (234, 240, 247), (31, 78, 121)
    return "#" + "".join(f"{round(a + (b - a) * weight):02X}" for a, b in zip(light, dark, strict=True))
