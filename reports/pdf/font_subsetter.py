"""Which library cuts the fonts of a PDF to what is printed: the same card has other bytes with the other one."""

from ctypes.util import find_library

HARFBUZZ, FONTTOOLS = "harfbuzz-subset", "fontTools"
PACKAGE = "font subsetter"
"""Its name among the versions of a card's provenance."""


def font_subsetter() -> str:
    """`harfbuzz-subset` where this machine has it, else `fontTools`, which WeasyPrint then falls back to."""
    return HARFBUZZ if find_library(HARFBUZZ) else FONTTOOLS
