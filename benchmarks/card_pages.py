"""How many pages a card has and how much of them is blank, read from the pixels of the drawn pages.

    python benchmarks/card_pages.py card.pdf [more.pdf …]

The text area of a page lies between its margins (17 mm at the sides and on top, 15 mm below, less on page one). A band
across the whole text area counts as empty where it holds no ink over 8 mm or more: about two lines of text, more than
any space between paragraphs, tables or sections. Needs pdftoppm (poppler-utils).
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DPI = 60
LEFT, RIGHT, TOP, BOTTOM = 17.0, 17.0, 17.0, 15.0
"""Margins in millimetres."""
LEAST_MM = 8.0
"""A blank band lower than this is the space between two blocks."""
MAX_PAGES, MAX_EMPTY, MAX_EMPTY_PAGE = 24, 0.08, 0.40
_INK = 250
"""Grey values below are ink."""


@dataclass(frozen=True)
class Blank:
    """Share of the text area that is empty, page by page."""

    pages: tuple[float, ...]

    @property
    def all_pages(self) -> float:
        """Of all pages together."""
        return sum(self.pages) / len(self.pages)

    @property
    def worst(self) -> float:
        """The emptiest page but the last."""
        return max(self.pages[:-1], default=0.0)


def measure(pdf: Path) -> Blank:
    """Draw every page and measure it."""
    command = ["pdftoppm", "-r", str(DPI), "-gray", str(pdf)]
    return Blank(
        tuple(empty_share(page) for page in _pages(subprocess.run(command, capture_output=True, check=True).stdout))
    )


def empty_share(page: NDArray[np.uint8]) -> float:
    """Share of the text area that lies in empty bands; a page without ink is 1."""
    height, width = page.shape
    top, bottom = round(_pixels(TOP)), height - round(_pixels(BOTTOM))
    left, right = round(_pixels(LEFT)), width - round(_pixels(RIGHT))
    has_ink = (page[top:bottom, left:right] < _INK).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([True], has_ink, [True])).astype(int)))
    bands = edges[1::2] - edges[::2]
    return float(bands[bands >= _pixels(LEAST_MM)].sum() / len(has_ink))


def _pixels(millimetres: float) -> float:
    return millimetres / 25.4 * DPI


def _pages(stream: bytes) -> list[NDArray[np.uint8]]:
    """Pages of pdftoppm's stream of grey PGM pictures."""
    pages, place = [], 0
    while place < len(stream):
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", stream[place : place + 40])
        assert head, f"no picture at byte {place}"
        width, height = int(head[1]), int(head[2])
        place += head.end()
        pages.append(np.frombuffer(stream, np.uint8, width * height, place).reshape(height, width))
        place += width * height
    return pages


def main() -> int:
    """Print each card's figures; 1 where one is too long or too blank."""
    is_good = True
    for name in sys.argv[1:]:
        blank = measure(Path(name))
        shares = " ".join(f"{share:.0%}" for share in blank.pages)
        print(f"{name}: {len(blank.pages)} pages, {blank.all_pages:.1%} empty, worst page {blank.worst:.0%} ({shares})")
        is_good &= len(blank.pages) <= MAX_PAGES and blank.all_pages <= MAX_EMPTY and blank.worst <= MAX_EMPTY_PAGE
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
