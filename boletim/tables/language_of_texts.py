"""Which of the known languages texts are written in, by their commonest words."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

_N_TEXTS, _FEWEST_HITS, _CLEARLY = 2_000, 20, 2.0
_WORD = re.compile(r"[^\W\d_]+")
_COMMON = {
    "en": frozenset(_WORD.findall("the and is to of it this was for with that you are not have be in on my at")),
    "pt-BR": frozenset(_WORD.findall("de que e não um uma com para é do da em os as por mais eu no na se você tá foi")),
}


def language_of(texts: Iterable[str]) -> str | None:
    """`en` or `pt-BR` where the commonest words of one stand at least twice as often as the other's; else None.

    >>> language_of(["the cat is on the mat and it was not for you"] * 5)
    'en'
    """
    hits: Counter[str] = Counter()
    for text in islice(texts, _N_TEXTS):
        words = _WORD.findall(text[:2_000].casefold())
        for language, common in _COMMON.items():
            hits[language] += sum(word in common for word in words)
    (first, n), (_, n_other) = hits.most_common(2) if len(hits) > 1 else (("en", 0), ("pt-BR", 0))
    return first if n >= _FEWEST_HITS and n >= _CLEARLY * n_other else None
