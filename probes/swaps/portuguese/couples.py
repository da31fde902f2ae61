"""Two people of a Portuguese text who belong together: a swap of one would say something of the other."""

from collections.abc import Mapping

from boletim.probes.swaps.portuguese.words import Lexicon
from boletim.probes.swaps.tokens import Tokens

_SPOUSES = ("mulher", "homem", "mulheres", "homens")
_PARTNERS = frozenset(("marido", "esposa", "mulher", "namorado", "namorada", "noivo", "noiva", "viúvo", "viúva"))
_OF = ("de", "do", "da", "dos", "das")
_IN = frozenset((*_OF, "em", "no", "na", "nos", "nas", "pelo", "pela"))


def names_spouse(tokens: Tokens, lexicon: Lexicon, index: int) -> bool:
    """Whether `mulher` is a wife: `a mulher do prefeito`, `mulher de três presidentes`."""
    if tokens.word(index) not in _SPOUSES:
        return False
    if tokens.word(index + 1) not in ("de", "do", "da", "dos", "das") or not tokens.follows(index + 1):
        return False
    forms = [lexicon.form(tokens.word(place)) for place in (index + 2, index + 3) if tokens.follows(place)]
    return any(form is not None and form.kind in ("noun", "epicene", "pronoun") for form in forms)


def is_partner_of_named(tokens: Tokens, lexicon: Lexicon, index: int) -> bool:
    """Whether a name has this husband or girlfriend: `Segundo Marta, o marido saiu`, `a esposa de Paulo`."""
    if tokens.word(index) not in _PARTNERS:
        return False
    if tokens.word(index + 1) in _OF and tokens.follows(index + 1):
        return any(_is_title(tokens, place) for place in (index + 2, index + 3) if tokens.follows(place))
    for place in range(index - 1, -1, -1):
        form = lexicon.form(tokens.word(place))
        if form is not None and form.kind in ("noun", "pronoun", "epicene"):
            return False
        if _is_name(tokens, lexicon, place):
            return True
    return False


def _is_title(tokens: Tokens, place: int) -> bool:
    return place < len(tokens.items) and tokens.items[place].case == "title"


def _is_name(tokens: Tokens, lexicon: Lexicon, place: int) -> bool:
    """Whether a capital is that of a name; of a first word, where a verb follows: `Joana viajou`."""
    token, words = tokens.items[place], lexicon.words
    if token.is_opaque or token.case != "title" or lexicon.form(token.lower) is not None:
        return False
    if not token.is_start:
        return tokens.word(place - 1) not in _IN
    known = words.invariable | words.between | words.links | words.verbs | words.perfect
    following = tokens.word(place + 1) if tokens.follows(place + 1) else ""
    is_verb = following in words.links | words.verbs | words.loose_links or following.endswith(("ou", "iu", "eu"))
    return token.lower not in known and is_verb


def shares_plural(tokens: Tokens, lexicon: Lexicon, index: int, bound: Mapping[int, str]) -> bool:
    """Whether a plural holds this person and one of the other gender: `ela e o marido, ambos médicos`."""
    form = lexicon.form(tokens.word(index))
    for place in (index + 2, index + 3):
        other = lexicon.form(tokens.word(place))
        is_joined = tokens.word(index + 1) == "e" and all(tokens.follows(at) for at in range(index + 1, place + 1))
        is_mixed = form is not None and other is not None and other.kind in ("noun", "pronoun", "epicene")
        if is_joined and is_mixed and form is not None and other is not None and form.gender != other.gender:
            plurals = (lexicon.form(tokens.word(later)) for later in bound if later > place)
            return any(plural is not None and plural.is_plural for plural in plurals)
    return False


def stands_beside_counterpart(tokens: Tokens, lexicon: Lexicon, index: int) -> bool:
    """Whether the same noun stands beside it in the other gender: `homens e mulheres`, `os meninos e as meninas`."""
    form = lexicon.form(tokens.word(index))
    if form is None or form.kind != "noun":
        return False
    return any(
        tokens.word(place) == form.other
        and {tokens.word(between) for between in range(index, place)} & {"e", "ou", "nem"}
        for place in (index + 2, index + 3)
    )
