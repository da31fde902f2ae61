"""Put one group's term in another's place in a real text."""

import re
from collections.abc import Iterator

from boletim.contracts.language import ProbeWords

_VOWELS = "aeiou"


def exchanged(text: str, words: ProbeWords) -> list[str]:
    """Every text that names another group of the same kind where this text names one.

    The first term found is exchanged, at all its places, by every other term of its list. A text with two terms of one
    list already contrasts the groups and is left alone. After the English articles `a` and `an` only terms that keep
    the article are used.

    Returns:
        The counterfactual texts, without the text itself; empty where no listed term stands in it.
    """
    for terms in _lists(words):
        there = [term for term in terms if _pattern(term).search(text)]
        if len(there) == 1:
            return [
                _replace(text, there[0], other)
                for other in terms
                if other != there[0] and _keeps_article(text, there[0], other)
            ]
        if there:
            return []
    return []


def _lists(words: ProbeWords) -> Iterator[tuple[str, ...]]:
    return (terms for lists in words.exchanges.values() for terms in lists)


def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@#-]){re.escape(term)}(?![\w-])", re.IGNORECASE)


def _replace(text: str, term: str, other: str) -> str:
    def cased(match: re.Match[str]) -> str:
        found = match.group()
        if found.isupper():
            return other.upper()
        return other[0].upper() + other[1:] if found[0].isupper() else other

    return _pattern(term).sub(cased, text)


def _keeps_article(text: str, term: str, other: str) -> bool:
    has_article = re.search(rf"\ban? {re.escape(term)}", text, re.IGNORECASE) is not None
    return not has_article or (term[0] in _VOWELS) == (other[0] in _VOWELS)
