"""Cut a text into words with what stands between them, so that a swap touches words only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Case = Literal["lower", "title", "upper", "mixed"]

_TOKEN = re.compile(r"(?P<opaque>https?://\S+|www\.\S+|[@#]\w+|\S+@\S+\.\w+)|[^\W_]+")
_STARTERS = ".!?:;…\"'“”‘’«»(—–-*•|[/\n"
_NOT_ENDING = re.compile(r"\b(?:mr|ms|mrs|dr|dra|sr|sra|prof|st|jr|[a-z])\.\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """One word, or one address, handle or hashtag that is never touched."""

    text: str
    lower: str
    gap: str
    """What stands between the previous token and this one."""
    is_opaque: bool
    is_start: bool
    """Whether a capital letter here may be only that of the beginning of a sentence."""

    @property
    def case(self) -> Case:
        """How the word is written; a single capital counts as title."""
        if self.text == self.lower:
            return "lower"
        if self.text[0].isupper() and self.text[1:] == self.lower[1:]:
            return "title"
        return "upper" if self.text.isupper() else "mixed"

    @property
    def follows(self) -> bool:
        """Whether only spaces stand between the previous token and this one."""
        return bool(self.gap) and not self.gap.strip(" \u00a0\t")


@dataclass(frozen=True)
class Tokens:
    """A text as its tokens, and what stands after the last one."""

    items: Sequence[Token]
    tail: str

    def word(self, index: int) -> str:
        """The token in lower case; empty outside the text and for what is never touched."""
        inside = 0 <= index < len(self.items) and not self.items[index].is_opaque
        return self.items[index].lower if inside else ""

    def gap_after(self, index: int) -> str:
        """What stands after a token."""
        return self.items[index + 1].gap if index + 1 < len(self.items) else self.tail

    def gap_before(self, index: int) -> str:
        """What stands before a token."""
        return self.items[index].gap

    def follows(self, index: int) -> bool:
        """Whether there is a token here and only spaces stand before it."""
        return 0 < index < len(self.items) and self.items[index].follows

    def replaced(self, replacements: Mapping[int, str]) -> str:
        """The text with some words replaced, each written in the case of the word it replaces."""
        parts = []
        for index, token in enumerate(self.items):
            parts += [token.gap, self._cased(index, replacements[index]) if index in replacements else token.text]
        return "".join(parts) + self.tail

    def _cased(self, index: int, word: str) -> str:
        token = self.items[index]
        if token.case == "upper" or (len(token.text) == 1 and token.text.isupper() and self._is_shouted(index)):
            return word.upper()
        return word[0].upper() + word[1:] if token.case == "title" else word

    def _is_shouted(self, index: int) -> bool:
        return index + 1 < len(self.items) and self.items[index + 1].case == "upper"


def tokenise(text: str) -> Tokens:
    """Words of letters and digits; joining the gaps, the words and the tail gives the text back."""
    items: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        items.append(
            Token(
                text=match.group(),
                lower=match.group().lower(),
                gap=gap,
                is_opaque=match.group("opaque") is not None,
                is_start=_starts(
                    gap, text[max(0, match.start() - 8) : match.start()], is_first=not items, after=items[-1:]
                ),
            )
        )
        end = match.end()
    return Tokens(items, text[end:])


def _starts(gap: str, before: str, *, is_first: bool, after: Sequence[Token]) -> bool:
    if is_first or (after and after[0].is_opaque):
        return True
    if _NOT_ENDING.search(before) and "\n" not in gap:
        return False
    return any(character in _STARTERS for character in gap) and gap not in ("-", "'", "’")
