"""How near two answers to a question are: exact match and token F1, by the rule of SQuAD and by that of their language.

The official rule lowers letters and drops ASCII punctuation and the articles `a`, `an` and `the`. In Portuguese it
takes away the feminine article and leaves the masculine one. The language's rule drops its own articles and every sign
that Unicode calls punctuation; it is given where the two differ.

References:
    Rajpurkar et al. (2016), SQuAD, EMNLP; Rajpurkar et al. (2018), Know What You Don't Know, ACL: the best over the
    true answers, and 1 for an unanswerable question where nothing is answered.
"""

import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from boletim.contracts.language import load_language

OFFICIAL_ARTICLES = ("a", "an", "the")
_ASCII = set(string.punctuation)
Words = Callable[[str], tuple[str, ...]]
Score = Callable[[tuple[str, ...], tuple[str, ...]], float]


def official_words(text: str) -> tuple[str, ...]:
    """The words of an answer by the rule of SQuAD's script."""
    return _without(OFFICIAL_ARTICLES, "".join(char for char in text.lower() if char not in _ASCII))


def language_words(code: str) -> Words | None:
    """The same by a language's own articles and all of Unicode's punctuation; None where that is the official rule."""
    articles = load_language(code).dropped_articles
    if not articles or set(articles) == set(OFFICIAL_ARTICLES):
        return None

    def words(text: str) -> tuple[str, ...]:
        kept = "".join(char for char in text.lower() if not _is_punctuation(char))
        return _without(articles, kept)

    return words


def _is_punctuation(char: str) -> bool:
    return char in _ASCII or unicodedata.category(char).startswith("P")


def _without(articles: Sequence[str], text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split() if word not in articles)


def exact(said: tuple[str, ...], true: tuple[str, ...]) -> float:
    """1 where the words are the same in the same order, else 0."""
    return float(said == true)


def token_f1(said: tuple[str, ...], true: tuple[str, ...]) -> float:
    """F1 of the words as bags; of no words 1 with no words and 0 with any."""
    if not said or not true:
        return float(said == true)
    n_shared = sum((Counter(said) & Counter(true)).values())
    return 2 * n_shared / (len(said) + len(true)) if n_shared else 0.0


def best(score: Score, said: str, true: Sequence[str], words: Words) -> float:
    """The best score over the true answers; those without words do not count, and none is the empty answer."""
    known = [found for one in true if (found := words(one))]
    return max(score(words(said), one) for one in known or [()])
