"""Characters that a reader could not see are made visible, so that no text can hide and none can break the PDF."""

import unicodedata
from functools import cache
from importlib.resources import files
from io import BytesIO

FONTS = {
    "sans": "FiraSans-Regular",
    "sans_medium": "FiraSans-Medium",
    "mono": "FiraMono-Regular",
    "wide": "DejaVuSans",
}
"""Fonts in `templates/fonts`: three faces to read, and a wide one for what they lack."""

NOWHERE = "https://card.invalid/"
"""An address that can never exist (RFC 2606)."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_KEPT = "\n\t"


def show_hidden(text: str) -> str:
    """The text with control, format, surrogate and unassigned characters written as ⟨U+200F⟩."""
    return "".join(_show(char) if _is_hidden(char) else char for char in text)


def show_missing(text: str) -> str:
    """The same, and characters that no bundled font can draw as well."""
    if text.isascii() and text.isprintable():
        return text
    known = known_characters()
    return "".join(
        _show(char) if _is_hidden(char) or (ord(char) not in known and char not in _KEPT) else char for char in text
    )


@cache
def known_characters() -> frozenset[int]:
    """Code points that every reader's font stack can draw: those of the wide font."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(font_bytes("wide")), lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def font_bytes(name: str, ending: str = "ttf") -> bytes:
    """The file of one bundled font: `ttf` for the PDF, which unpacks no other fast, `woff2` for browsers."""
    return files("boletim.templates").joinpath("fonts", f"{FONTS[name]}.{ending}").read_bytes()


def font_address(name: str) -> str:
    """Where the PDF's styles point to for a bundled font; nothing is there but for the PDF's own fetcher."""
    return f"{NOWHERE}fonts/{name}.ttf"


def _is_hidden(char: str) -> bool:
    return char not in _KEPT and unicodedata.category(char) in _INVISIBLE


def _show(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"
