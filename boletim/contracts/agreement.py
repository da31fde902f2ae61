"""Number agreement: words beside a count of one stand in the singular, in every sentence of every language.

In some languages so does the noun behind a decimal number below two: `1,5 ponto` in Portuguese.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

_WORD = r"[^\W\d_]+(?:[-’'][^\W\d_]+)*"
_SLOT = r"(\{([^{}!:]+)[^{}]*\})"
_BEHIND, _AHEAD = re.compile(rf"{_SLOT}((?: {_WORD})+)"), re.compile(rf"((?:{_WORD} )+){_SLOT}")
_TWO = 2
ENDS = "|"
"""After a singular: the words behind it belong to something else, as the object of a verb."""


class Style(Protocol):
    """How a language writes numbers."""

    @property
    def decimal(self) -> str:
        """What stands before the tenths."""
        ...


class Spoken(Protocol):
    """What a language says of its numbers."""

    @property
    def numbers(self) -> Style:
        """How it writes them."""
        ...

    @property
    def singular(self) -> Mapping[str, str]:
        """Of every word that follows counts."""
        ...

    @property
    def singular_before(self) -> Mapping[str, str]:
        """Of the words in front of a count."""
        ...

    @property
    def singular_below_two(self) -> bool:
        """Whether decimal numbers below two take it too."""
        ...


def agree(
    template: str, is_of_one: Callable[[str], bool], singular: Mapping[str, str], before: Mapping[str, str]
) -> str:
    """The template with the words beside a count of one in the singular: `{n} texts` becomes `{n} text`.

    Args:
        template: With named slots.
        is_of_one: Whether the slot of this name holds exactly one.
        singular: Of every word that follows counts; a word that is its own singular, such as an adjective before a
            noun, lets those after it agree too. The first word that it lacks ends the agreement.
        before: The same of the words in front of a count, such as articles.
    """

    def behind(match: re.Match[str]) -> str:
        slot, name, words = match.groups()
        return " ".join([slot, *_changed(words.split(" ")[1:], singular)]) if is_of_one(name) else match[0]

    def ahead(match: re.Match[str]) -> str:
        words, slot, name = match.groups()
        return " ".join([*_changed(words.split(" ")[-2::-1], before)[::-1], slot]) if is_of_one(name) else match[0]

    return _AHEAD.sub(ahead, _BEHIND.sub(behind, template))


def agreed(template: str, values: Mapping[str, object], language: Spoken) -> str:
    """The template as it agrees with the values that are to fill it; most hold no count of one."""
    if language.singular_below_two:
        template = _with_fractions(template, values, language.singular, language.numbers.decimal)
    ones = {name for name, value in values.items() if is_one(value)}
    return agree(template, ones.__contains__, language.singular, language.singular_before) if ones else template


def _with_fractions(template: str, values: Mapping[str, object], singular: Mapping[str, str], decimal: str) -> str:
    """The word behind a decimal number below two in the singular; the words after it are left as they are."""

    def noun(match: re.Match[str]) -> str:
        slot, name, words = match.groups()
        first, *rest = words.split(" ")[1:]
        is_few = is_below_two(values.get(name), slot, decimal)
        return " ".join([slot, singular.get(first, first).removesuffix(ENDS), *rest]) if is_few else match[0]

    return _BEHIND.sub(noun, template)


def is_below_two(value: object, slot: str, decimal: str) -> bool:
    """Whether a slot is filled with a decimal number that reads as less than two, of either sign; no percentage is."""
    if isinstance(value, str):
        printed = re.fullmatch(rf"[-−]?(\d+){re.escape(decimal)}\d+", value)
        return printed is not None and int(printed[1]) < _TWO
    kind = slot.rstrip("}")[-1]
    if not isinstance(value, float) or kind == "%":
        return False
    digits = re.search(r"\.(\d)", slot)
    return abs(round(100 * value if kind == "p" else value, int(digits[1]) if digits else _TWO)) < _TWO


def is_one(value: object) -> bool:
    """Whether a slot's value is a count of one, as a number or as it is printed; 1.0 is printed with decimals."""
    return not isinstance(value, bool | float) and str(value) == "1"


def _changed(words: Sequence[str], singular: Mapping[str, str]) -> list[str]:
    made: list[str] = []
    for word in words:
        one = singular.get(word, ENDS)
        made.append(word if one == ENDS else one.removesuffix(ENDS))
        if one.endswith(ENDS):
            break
    return [*made, *words[len(made) :]]
