"""Which of the known languages texts are written in, by their commonest words."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice

from boletim.contracts.language import known_languages, load_language

_N_TEXTS, _FEWEST_HITS, _CLEARLY = 2_000, 20, 2.0
_WORD = re.compile(r"[^\W\d_]+")


def language_of(texts: Iterable[str]) -> str | None:
    """The language whose commonest words stand at least twice as often as any other's; else None.

    >>> language_of(["the cat is on the mat and it was not for you"] * 5)
    'en'
    """
    hits: Counter[str] = Counter()
    for text in islice(texts, _N_TEXTS):
        words = _WORD.findall(text[:2_000].casefold())
        for language, common in _commonest().items():
            hits[language] += sum(word in common for word in words)
    ranked = hits.most_common(2)
    if not ranked or ranked[0][1] < _FEWEST_HITS:
        return None
    n_other = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0] if ranked[0][1] >= _CLEARLY * n_other else None


@cache
def _commonest() -> dict[str, frozenset[str]]:
    packs = {code: load_language(code).common_words for code in known_languages()}
    return {code: frozenset(_WORD.findall(words)) for code, words in packs.items() if words}
