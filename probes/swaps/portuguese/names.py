"""Names beside a Portuguese noun of a person: they stay, and so must what agrees with them."""

import re
from collections.abc import Mapping

from boletim.probes.swaps.portuguese.words import Lexicon
from boletim.probes.swaps.tokens import Tokens

_PAST = re.compile(r"(?:ou|iu|eu|aram|eram|iram|ava|avam|ei)$")
_IN = ("em", "no", "na", "nos", "nas", "de", "do", "da", "dos", "das")
_OWNERS = ("dele", "dela", "deles", "delas")
_KNOWN_SUBJECTS = {"você", "vc", "eu", "nós", "quem", "isso", "isto", "aquilo", "tu", "vocês", "vcs", "também", "ainda"}


def agrees_with_name(tokens: Tokens, lexicon: Lexicon, index: int, bound: Mapping[int, str]) -> bool:
    """Whether a name may own the gender of the noun at an index."""
    return _is_called(tokens, lexicon, index, bound) or _is_named(tokens, lexicon, index, bound)


def is_role_of_another(
    tokens: Tokens, lexicon: Lexicon, index: int, heads: Mapping[int, str], bound: Mapping[int, str]
) -> bool:
    """Whether a noun without a determiner says what somebody is whom no list knows: `o físico virou professor`."""
    start = index
    while start > 0 and not any(mark in tokens.gap_before(start) for mark in ".!?;\n"):
        start -= 1
    is_bare = not (tokens.follows(index) and index - 1 in bound and lexicon.may_determine(tokens.word(index - 1)))
    if not is_bare or any(start <= place < index for place in heads):
        return False
    return any(_is_somebody(tokens, lexicon, place, heads[index]) for place in range(start, index))


def _is_somebody(tokens: Tokens, lexicon: Lexicon, place: int, gender: str) -> bool:
    """Whether a name, or an unlisted noun of this gender with the sentence's first determiner, stands here."""
    token = tokens.items[place]
    if token.is_opaque or lexicon.form(token.lower) is not None or token.lower in lexicon.words.invariable:
        return False
    if token.case == "title":
        is_verb = token.is_start and _PAST.search(token.lower) is not None
        return not is_verb and tokens.word(place - 1) not in _IN
    determiner = lexicon.form(tokens.word(place - 1)) if tokens.follows(place) else None
    is_first = tokens.word(place - 1) in ("o", "a", "os", "as", "um", "uma") and tokens.items[place - 1].is_start
    return is_first and determiner is not None and determiner.gender == gender


def is_joined_to_name(tokens: Tokens, index: int, bound: Mapping[int, str]) -> bool:
    """Whether a name shares the sentence's plural with the head: `a Patrícia e o marido são médicos`."""
    place = index
    while tokens.follows(place) and place - 1 in bound:
        place -= 1
    is_after = tokens.follows(place) and tokens.word(place - 1) == "e" and place >= 2
    if is_after and tokens.items[place - 2].case == "title" and tokens.word(place - 2) not in ("ela", "ele"):
        return place - 2 not in bound
    return tokens.word(index + 1) == "e" and any(
        tokens.follows(beside) and tokens.items[beside].case == "title"
        for beside in (index + 2, index + 3)
        if beside < len(tokens.items)
    )


def _is_named(tokens: Tokens, lexicon: Lexicon, index: int, bound: Mapping[int, str]) -> bool:
    """Whether a name may own the noun's gender: `a ministra Carmen`, `Ana é médica`, `O João é médico`."""
    words = lexicon.words
    beside = index + 1
    if tokens.follows(beside) and tokens.items[beside].case == "title" and not tokens.items[beside].is_opaque:
        return True
    place, has_link = index - 1, False
    while place > 0 and tokens.follows(place + 1) and _is_predicate(tokens, lexicon, place, bound):
        has_link = has_link or tokens.word(place) in words.links
        place -= 1
    if place < 0 or not has_link or not tokens.follows(place + 1):
        return False
    subject = tokens.word(place)
    is_known = lexicon.form(subject) is not None or subject in words.invariable | words.between | _KNOWN_SUBJECTS
    determiner = lexicon.form(tokens.word(place - 1)) if tokens.follows(place) else None
    has_determiner = determiner is not None and determiner.kind in ("article", "inner", "outer")
    is_name = tokens.items[place].case == "title" or not (has_determiner or subject in words.verbs)
    return is_name and not is_known and place not in bound


def _is_called(tokens: Tokens, lexicon: Lexicon, index: int, bound: Mapping[int, str]) -> bool:
    """Whether a name stands between commas after the noun: `a irmã mais nova dele, Clara, é dentista`."""
    place = index + 1
    while tokens.follows(place) and (
        place in bound or tokens.word(place) in lexicon.words.between or tokens.word(place) in _OWNERS
    ):
        place += 1
    is_name = place < len(tokens.items) and tokens.items[place].case == "title" and not tokens.items[place].is_start
    return is_name and tokens.gap_before(place).strip() in (",", "(", "–", "-")


def _is_predicate(tokens: Tokens, lexicon: Lexicon, place: int, bound: Mapping[int, str]) -> bool:
    words, form = lexicon.words, lexicon.form(tokens.word(place))
    is_determiner = form is not None and form.kind in ("article", "inner", "outer")
    return place in bound or is_determiner or tokens.word(place) in words.links | words.between
