"""A small SVG drawing, written by hand: sharp, deterministic, every text escaped."""

from collections.abc import Sequence
from math import floor, log10
from xml.sax.saxutils import escape, quoteattr

from boletim.reports.page.glyphs import show_missing

INK, MUTED, RULE, ACCENT, PALE = "#1B2430", "#5A6675", "#D8DEE6", "#1F4E79", "#E8EEF5"
WARN = "#8A5A00"
FONTS = "Boletim Sans,Boletim Wide,Fira Sans,Helvetica,Arial,sans-serif"


class Svg:
    """Collects shapes; sizes are in pixels of the drawing."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = RULE, width: float = 1, dash: str = ""
    ) -> None:
        """A straight line."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{colour}" '
            f'stroke-width="{width:g}"{extra}/>'
        )

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """A filled rectangle."""
        self._parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}" stroke="{stroke}"/>'
        )

    def dot(self, x: float, y: float, radius: float = 3.6, fill: str = ACCENT, stroke: str = ACCENT) -> None:
        """A circle."""
        self._parts.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'
        )

    def diamond(self, x: float, y: float, radius: float = 4.4, fill: str = ACCENT, stroke: str = ACCENT) -> None:
        """A square on its corner."""
        points = f"{x:.2f},{y - radius:.2f} {x + radius:.2f},{y:.2f} {x:.2f},{y + radius:.2f} {x - radius:.2f},{y:.2f}"
        self._parts.append(f'<polygon points="{points}" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>')

    def path(
        self, points: Sequence[tuple[float, float]], colour: str = ACCENT, width: float = 1.8, dash: str = ""
    ) -> None:
        """Straight lines through points."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        joined = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        self._parts.append(
            f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linejoin="round"{extra}/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        colour: str = INK,
        size: float = 10.5,
        is_bold: bool = False,
        turned: float = 0,
    ) -> None:
        """A line of text on its baseline, turned clockwise by so many degrees around its anchor."""
        weight = ' font-weight="600"' if is_bold else ""
        if turned:
            weight += f' transform="rotate({turned:g} {x:.2f} {y:.2f})"'
        self._parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}" font-size="{size:g}" '
            f"font-family={quoteattr(FONTS)}{weight}>{escape(show_missing(text).replace(chr(10), ' '))}</text>"
        )

    def finish(self) -> str:
        """The whole drawing."""
        size = f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(self._parts)}</svg>'


def ticks(low: float, high: float, n_wanted: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, about `n_wanted` of them."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / n_wanted
    power: float = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first = -floor(-low / step + 1e-9)
    return [round(i * step, 10) for i in range(first, floor(high / step + 1e-9) + 1)]


def tick_decimals(values: Sequence[float]) -> int:
    """Decimals that tell neighbouring ticks apart."""
    return max((len(f"{value:.6f}".rstrip("0").partition(".")[2]) for value in values), default=0)
