"""What a Portuguese text says of a thing: `a casa dela é linda`, `o relatório da engenheira foi aprovado`."""

from collections.abc import Mapping

from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

_PREPOSITIONS = frozenset(
    ("de", "com", "para", "pra", "por", "em", "sobre", "sem", "a", "contra", "entre", "pro", "até")
)
_OWNERS = ("dele", "dela", "deles", "delas")
_OPEN = frozenset((
    "a", "o", "as", "os", "um", "uma", "uns", "umas", "esse", "essa", "esses", "essas", "este", "esta",
    "aquele", "aquela", "minha", "meu", "minhas", "meus", "sua", "seu", "suas", "seus", "nossa", "nosso",
    "tua", "teu",
))  # fmt: skip
_CONJUNCTIONS = ("e", "mas", "ou", "nem")
_LONGEST = 3


def is_said_of_thing(tokens: Tokens, lexicon: Lexicon, index: int, described: Form, bound: Mapping[int, str]) -> bool:
    """Whether a word agrees with a noun that stays: its adjective, or what a linking verb says of it.

    Args:
        tokens: The text.
        lexicon: The pack's words.
        index: The word that shows gender.
        described: Its form.
        bound: Everything that would be replaced: a noun among it does not stay.
    """
    return any(
        index in _reach(tokens, lexicon, noun, described, bound)
        for noun in range(1, index)
        if _is_subject(tokens, lexicon, noun, described, bound)
    )


def _is_subject(tokens: Tokens, lexicon: Lexicon, noun: int, described: Form, bound: Mapping[int, str]) -> bool:
    """Whether an unlisted noun of the word's gender and number stands here with its determiner, outside a phrase."""
    determiner = lexicon.form(tokens.word(noun - 1))
    if determiner is None or noun - 1 in bound or noun in bound or not tokens.follows(noun):
        return False
    if (determiner.gender, determiner.is_plural) != (described.gender, described.is_plural):
        return False
    if tokens.word(noun - 1) not in _OPEN or not tokens.word(noun):
        return False
    if tokens.follows(noun - 1) and tokens.word(noun - 2) in _PREPOSITIONS:
        return False
    words, form = lexicon.words, lexicon.form(tokens.word(noun))
    is_function = tokens.word(noun) in words.invariable | words.links | words.between | words.loose_links
    return not is_function and (form is None or form.kind == "adjective") and not _is_name(tokens, noun)


def _is_name(tokens: Tokens, noun: int) -> bool:
    return tokens.items[noun].case == "title"


def _reach(tokens: Tokens, lexicon: Lexicon, noun: int, described: Form, bound: Mapping[int, str]) -> set[int]:
    """Indices of the words that agree with the noun: beside it, and after a linking verb."""
    words = lexicon.words
    place = _run(tokens, lexicon, noun + 1, described)
    agreeing = set(range(noun + 1, place))
    if tokens.follows(place) and tokens.word(place) in _OWNERS:
        place += 1
    else:
        place = _after_phrase(tokens, lexicon, place)
    has_link = False
    while tokens.follows(place) and tokens.word(place) in words.links | words.loose_links | words.between:
        has_link = has_link or tokens.word(place) in words.links | words.loose_links
        place += 1
    return agreeing | (set(range(place, _run(tokens, lexicon, place, described))) if has_link else set())


def _after_phrase(tokens: Tokens, lexicon: Lexicon, start: int) -> int:
    """Index after `da engenheira`, `de um amigo`, `na sala`; `start` where there is no such phrase."""
    form = lexicon.form(tokens.word(start))
    is_contracted = form is not None and form.kind == "article" and tokens.word(start) not in _OPEN
    if not tokens.follows(start) or not (is_contracted or tokens.word(start) in _PREPOSITIONS):
        return start
    words, place = lexicon.words, start + 1
    while place - start < _LONGEST and tokens.follows(place):
        word = tokens.word(place)
        if word in words.links | words.loose_links | words.verbs:
            break
        found = lexicon.form(word)
        place += 1
        if found is None or found.kind not in ("article", "inner", "outer"):
            break
    return place


def _run(tokens: Tokens, lexicon: Lexicon, start: int, described: Form) -> int:
    """Index after a row of adjectives of one gender and number."""
    place = start
    while tokens.follows(place):
        word = tokens.word(place)
        form = lexicon.describing(word)
        is_fit = form is not None and (form.gender, form.is_plural) == (described.gender, described.is_plural)
        is_joint = word in _CONJUNCTIONS and place > start
        if not (is_fit or is_joint or word in lexicon.words.common_adjectives or word in lexicon.words.between):
            break
        place += 1
    return place
