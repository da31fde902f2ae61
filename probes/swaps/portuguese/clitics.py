"""Portuguese object pronouns that stand for the one person a text has named: `encontrei a médica e convidei-a`."""

import re
from collections.abc import Mapping

from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

_OTHER = {"a": "o", "as": "os", "la": "lo", "las": "los", "na": "no", "nas": "nos"}
_OTHER |= {male: female for female, male in _OTHER.items() if male != "nos"}
_BARE = frozenset(("a", "o", "as", "os"))
_VERB_ENDING = re.compile(r"(?:ou|iu|eu|ava|avam|aram|eram|iram|am|ei|emos|amos|imos|ia|iam)$")


def clitics_of(tokens: Tokens, lexicon: Lexicon, heads: Mapping[int, str], bound: Mapping[int, str]) -> dict[int, str]:
    """Object pronouns that can stand for nobody and nothing but one person, each with the word in its place.

    The person is the only one of this number in the text and stands before the pronoun; between the two nothing of
    either gender could be meant instead.
    """
    found: dict[int, str] = {}
    for index in range(1, len(tokens.items)):
        word = tokens.word(index)
        if index in bound or word not in _OTHER or not _is_clitic(tokens, lexicon, index):
            continue
        is_plural = word.endswith("s")
        fitting = [place for place, gender in heads.items() if _fits(tokens, lexicon, place, gender, is_plural)]
        if len(fitting) != 1 or fitting[0] > index or heads[fitting[0]] != _gender(word):
            continue
        if not _has_rival(tokens, lexicon, fitting[0], index, is_plural, bound):
            found[index] = _OTHER[word]
    return found


def _gender(word: str) -> str:
    return "female" if word.removesuffix("s").endswith("a") else "male"


def _fits(tokens: Tokens, lexicon: Lexicon, place: int, gender: str, is_plural: bool) -> bool:
    form: Form | None = lexicon.form(tokens.word(place))
    return form is not None and form.is_plural == is_plural and bool(gender)


def _is_clitic(tokens: Tokens, lexicon: Lexicon, index: int) -> bool:
    if tokens.gap_before(index) == "-":
        return True
    is_before_verb = tokens.follows(index + 1) and _VERB_ENDING.search(tokens.word(index + 1)) is not None
    is_after_subject = tokens.follows(index) and tokens.word(index - 1) in lexicon.words.clitic_after
    return tokens.word(index) in _BARE and is_before_verb and is_after_subject


def _has_rival(
    tokens: Tokens, lexicon: Lexicon, head: int, index: int, is_plural: bool, bound: Mapping[int, str]
) -> bool:
    """Whether a thing of this number was named on the way, or before the person: it may be what is meant."""
    for place in range(index - 1):
        form = lexicon.form(tokens.word(place))
        is_determiner = form is not None and form.kind in ("article", "inner", "outer") and place not in bound
        if is_determiner and form is not None and form.is_plural == is_plural and tokens.follows(place + 1):
            return True
    return False
