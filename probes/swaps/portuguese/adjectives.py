"""Of what an unbound Portuguese adjective is said: of a thing beside it, or it may be of the person further away."""

import re
from collections.abc import Mapping

from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

_PARTICIPLE = re.compile(r"[ai]d[oa]s?$")
_CONTRACTED = frozenset((
    "do", "da", "dos", "das", "no", "na", "nos", "nas", "pelo", "pela", "pelos", "pelas", "ao", "à", "aos", "às",
    "num", "numa",
))  # fmt: skip
_STATES = frozenset((
    "furios", "nervos", "orgulhos", "calm", "séri", "satisfeit", "surpres", "confus", "ric", "famos", "descalç",
    "aflit", "iles", "perplex", "atônit", "boquiabert", "pálid", "trêmul", "exaust", "sóbri", "mort", "viv", "pres",
    "solt", "nu", "quiet", "mud", "tranquil", "brav", "sozinh", "desert",
))  # fmt: skip
_QUALITY = re.compile(r"(?:os[oa]|inh[oa]|íssim[oa])s?$")
_PREPOSITIONS = frozenset(("de", "com", "por", "para", "pra", "em", "sobre", "sem", "a", "contra", "entre", "até"))


def is_out_of_place(tokens: Tokens, lexicon: Lexicon, index: int, genders: set[str]) -> bool:
    """Whether an unknown word ends a clause after a noun of the other gender: `completou a prova descalço`."""
    determiner = lexicon.form(tokens.word(index - 2)) if index > 1 and tokens.follows(index) else None
    if determiner is None or determiner.kind not in ("article", "inner") or not _ends_phrase(tokens, index):
        return False
    gender = {"o": "male", "a": "female"}.get(tokens.word(index).removesuffix("s")[-1:])
    is_noun = tokens.follows(index - 1) and _may_be_named(lexicon, tokens.word(index - 1))
    return is_noun and gender in genders and gender != determiner.gender and lexicon.may_be_noun(tokens.word(index))


def may_be_state(tokens: Tokens, lexicon: Lexicon, index: int, described: Form, heads: Mapping[int, str]) -> bool:
    """Whether a state may be the person's and not the thing's before it: `a prefeita deixou a reunião irritada`."""
    word, determiner = tokens.word(index), lexicon.form(tokens.word(index - 2)) if index > 1 else None
    if not (_PARTICIPLE.search(word) or word.removesuffix("s")[:-1] in _STATES) or not _ends_phrase(tokens, index):
        return False
    noun, is_one = tokens.word(index - 1), tokens.word(index - 2) in ("um", "uma")
    is_phrase = determiner is not None and determiner.kind in ("article", "inner") and tokens.follows(index)
    if not is_phrase or is_one:
        return False
    people = [lexicon.form(tokens.word(place)) for place, gender in heads.items() if place < index - 2]
    is_of_person = any(form is not None and form.is_plural == described.is_plural for form in people)
    return is_of_person and tokens.follows(index - 1) and _may_be_named(lexicon, noun)


def _may_be_named(lexicon: Lexicon, word: str) -> bool:
    """Whether a word after an article may be a noun, although it may be a verb elsewhere: `a prova`."""
    words = lexicon.words
    return lexicon.form(word) is None and word not in words.invariable | words.between | words.links | words.perfect


def _ends_phrase(tokens: Tokens, index: int) -> bool:
    """Whether a word is the last before a mark, or a preposition follows: what agrees from further away stands here."""
    return not tokens.follows(index + 1) or tokens.word(index + 1) in _PREPOSITIONS | _CONTRACTED | {"e"}


def find_quality(lexicon: Lexicon, word: str) -> Form | None:
    """A word formed like an adjective of persons that no list names."""
    words = lexicon.words
    if word in words.invariable | words.between | words.perfect | words.links or lexicon.form(word) is not None:
        return None
    if not _QUALITY.search(word):
        return None
    stem = word.removesuffix("s")
    return Form("adjective", "female" if stem.endswith("a") else "male", stem != word, "")


def is_accounted(tokens: Tokens, lexicon: Lexicon, index: int, described: Form, bound: Mapping[int, str]) -> bool:
    """Whether an adjective clearly belongs to a thing: `o mercado`, `a casa bonita`, `tinha chegado`."""
    words = lexicon.words
    back = index - 1
    while tokens.follows(back + 1) and tokens.word(back) in words.between and tokens.word(back) not in words.perfect:
        back -= 1
    if tokens.follows(back + 1) and tokens.word(back) in words.perfect and described.gender == "male":
        return not described.is_plural
    if not tokens.follows(index):
        return False
    before, earlier = lexicon.form(tokens.word(index - 1)), lexicon.form(tokens.word(index - 2))
    is_listed = lexicon.form(tokens.word(index)) is not None
    if before is not None and before.kind in ("article", "inner") and before.gender == described.gender:
        return not is_listed and index - 1 not in bound
    noun = tokens.word(index - 1)
    is_noun = before is None and noun not in words.links | words.loose_links | words.between | words.invariable
    return (
        is_noun
        and tokens.follows(index - 1)
        and not tokens.items[index - 1].text[:1].isupper()
        and earlier is not None
        and earlier.kind in ("article", "inner")
        and (earlier.gender, earlier.is_plural) == (described.gender, described.is_plural)
    )
