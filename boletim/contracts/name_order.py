"""The order in which classes are listed, and words where accents do not count."""

import re
import unicodedata
from collections.abc import Iterable

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once: as numbers where all are numbers, else as texts.

    >>> in_order(["10", "9", "1"]), in_order(["b", "10", "9"])
    (('1', '9', '10'), ('10', '9', 'b'))
    """
    distinct = sorted(set(names))
    if all(_NUMBER.fullmatch(name) for name in distinct):
        distinct.sort(key=float)
    return tuple(distinct)


def without_accents(text: str) -> str:
    """The letters alone, by which readers sort and compare words.

    >>> without_accents("Época")
    'Epoca'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
