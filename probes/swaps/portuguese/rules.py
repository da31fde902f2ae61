"""Portuguese swap rules: a gendered noun or pronoun takes along the words that are sure to agree with it."""

import re

from boletim.probes.swaps.portuguese.clitics import clitics_of
from boletim.probes.swaps.portuguese.distance import bind_at_distance
from boletim.probes.swaps.portuguese.doubts import find_doubt
from boletim.probes.swaps.portuguese.predicates import bind_depictives, bind_right
from boletim.probes.swaps.portuguese.predicatives import find_predicative_doubt
from boletim.probes.swaps.portuguese.reading import TRANSPARENT, Reading
from boletim.probes.swaps.portuguese.settled import generic_plurals, harmless, possessed_kin
from boletim.probes.swaps.portuguese.words import Form, build_lexicon
from boletim.probes.swaps.swap import Proposal, Rules
from boletim.probes.swaps.tokens import Tokens

_PROMOTED = re.compile(r"(?:promov|elev|alç|candidat|passou|passa|cheg|ascend|rebaix|aspir|equipar|igual)")
_PREFIXES = ("ex", "vice", "co")
_POSSESSIVES = frozenset(
    word + number for word in ("minha", "meu", "tua", "teu", "sua", "seu", "nossa", "nosso") for number in ("", "s")
)


def portuguese_rules(words: dict[str, object]) -> Rules:
    """Rules from a pack's `swaps`.

    Returns:
        A function from tokens to what would change. It binds determiners and listed adjectives beside a
        gendered noun or pronoun, and what a linking verb says of it; it leaves a text alone when anything else
        in it may agree with the person.
    """
    lexicon = build_lexicon(words)
    phrases = re.compile(r"\b(?:" + "|".join(map(re.escape, lexicon.words.phrases)) + r")\b")

    def propose(tokens: Tokens) -> Proposal:
        reading = Reading(tokens, lexicon)
        reading.settled = harmless(tokens, lexicon) | possessed_kin(tokens, lexicon)
        reading.settled |= generic_plurals(tokens, lexicon)
        _bind_heads(reading)
        if reading.heads:
            for index in list(reading.heads):
                bind_right(reading, index)
            bind_depictives(reading)
            bind_at_distance(reading)
            reading.bound |= {index: tokens.word(index) for index in reading.settled}
            reading.bound |= clitics_of(tokens, lexicon, reading.heads, reading.bound)
            because = reading.doubt or find_doubt(tokens, lexicon, reading.heads, reading.bound)
            because = because or find_predicative_doubt(tokens, lexicon, reading.heads, reading.bound)
            text = " ".join(token.lower for token in tokens.items)
            reading.doubt = because or ("fixed phrase" if phrases.search(text) else None)
        return Proposal(reading.bound, frozenset(reading.heads.values()), reading.doubt)

    return propose


def _bind_heads(reading: Reading) -> None:
    for index, token in enumerate(reading.tokens.items):
        form = reading.form(index)
        if (
            index in reading.settled
            or token.is_opaque
            or form is None
            or form.kind not in ("pronoun", "noun", "epicene")
        ):
            continue
        left = _left_of(reading, index, form)
        agreeing = next((found for _, found in left if found.kind == "article" or found.other in _POSSESSIVES), None)
        if form.kind == "epicene" and agreeing is None:
            continue
        gender = form.gender or (agreeing.gender if agreeing else "")
        reading.heads[index] = gender
        if form.other != token.lower:
            reading.bound[index] = form.other
        reading.bound |= {place: found.other for place, found in left}


def _is_preposition(reading: Reading, place: int) -> bool:
    """Whether `a` leads to what somebody becomes: `promovida a diretora`, `de reserva a titular`."""
    if reading.tokens.word(place) != "a" or not reading.tokens.follows(place):
        return False
    earlier = reading.tokens.word(place - 2) if reading.tokens.follows(place - 1) else ""
    return _PROMOTED.match(reading.tokens.word(place - 1)) is not None or earlier in ("de", "da", "do")


def _left_of(reading: Reading, index: int, head: Form) -> list[tuple[int, Form]]:
    """Determiners and adjectives before a head that agree with it, nearest first."""
    found: list[tuple[int, Form]] = []
    gender, has_article = head.gender, False
    place = index
    if reading.tokens.gap_before(place) == "-" and reading.tokens.word(place - 1) in _PREFIXES:
        place -= 1
    while reading.tokens.follows(place):
        place -= 1
        form = reading.form(place)
        if reading.tokens.word(place) in TRANSPARENT and head.kind != "pronoun":
            continue
        if form is None or form.is_plural != head.is_plural or (gender and form.gender != gender):
            break
        kinds = ("outer",) if has_article or head.kind == "pronoun" else ("article", "inner", "outer", "adjective")
        if form.kind not in kinds or _is_preposition(reading, place):
            break
        if form.kind in ("inner", "adjective") and any(
            reading.tokens.word(nearer) in _POSSESSIVES for nearer, _ in found
        ):
            break
        found.append((place, form))
        gender, has_article = form.gender, has_article or form.kind == "article"
    return found
