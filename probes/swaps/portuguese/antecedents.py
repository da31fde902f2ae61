"""Things that a Portuguese pronoun may stand for: `o ônibus chegou e ele abriu as portas`."""

from collections.abc import Mapping

from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

_OWNERS = ("dele", "dela", "deles", "delas")
_PREPOSITIONS = frozenset(("de", "com", "por", "para", "pra", "em", "sobre", "sem", "a", "contra", "entre", "até"))


def has_antecedent(tokens: Tokens, lexicon: Lexicon, index: int, pronoun: Form, bound: Mapping[int, str]) -> bool:
    """Whether a noun of the pronoun's gender that names no listed person stands before it: `o ônibus ... ele`."""
    for place in range(index - 1):
        noun = place + 1
        form = lexicon.form(tokens.word(place))
        is_determiner = form is not None and form.kind in ("article", "inner", "outer") and place not in bound
        is_owned = tokens.word(index) in _OWNERS and _is_phrase(tokens, noun, index)
        if (
            not is_determiner
            or is_owned
            or not tokens.follows(noun)
            or noun in bound
            or tokens.items[noun].text[0].isupper()
        ):
            continue
        other = lexicon.form(tokens.word(noun))
        is_function = tokens.word(noun) in lexicon.words.invariable | lexicon.words.links | lexicon.words.between
        if is_function or (other is not None and other.kind != "adjective"):
            continue
        if form is not None and (form.gender, form.is_plural) == (pronoun.gender, pronoun.is_plural):
            return True
    return False


def has_bare_antecedent(tokens: Tokens, lexicon: Lexicon, index: int, pronoun: Form, heads: Mapping[int, str]) -> bool:
    """Whether a noun without an article may be meant by what is no subject: `suco de laranja ... optando por ela`."""
    is_subject = tokens.word(index)[0] == "e" and not (
        tokens.follows(index) and tokens.word(index - 1) in _PREPOSITIONS
    )
    if is_subject or any(place < index for place in heads):
        return False
    vowel = ("a", "ã", "ção", "são", "dade") if pronoun.gender == "female" else ("o", "ol", "al", "el")
    for place in range(1, index - 1):
        word = tokens.word(place)
        is_bare = tokens.follows(place) and tokens.word(place - 1) in _PREPOSITIONS
        is_noun = is_bare and lexicon.may_be_noun(word) and tokens.items[place].case == "lower"
        if is_noun and word.endswith("s") == pronoun.is_plural and word.removesuffix("s").endswith(vowel):
            return True
    return False


def _is_phrase(tokens: Tokens, start: int, end: int) -> bool:
    """Whether one noun, with one adjective at most, fills the place from `start` to `end`: `a blusa nova dela`."""
    return end - start in (1, 2) and all(tokens.follows(place) for place in range(start, end + 1))
