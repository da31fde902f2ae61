"""Words of a Portuguese text that stay as they are although they look as if they should be swapped."""

from collections.abc import Iterator

from boletim.probes.swaps.portuguese.words import Lexicon
from boletim.probes.swaps.tokens import Tokens

_POSSESSORS = {"dele": "ele", "dela": "ela", "deles": "eles", "delas": "elas"}
_LEADING = frozenset(("de", "sem", "entre", "nem", "ter", "teve", "houve", "há"))
_MEN = ("homens", "meninos", "garotos", "maridos", "rapazes")
_OWN = frozenset(("seu", "sua", "seus", "suas"))


def harmless(tokens: Tokens, lexicon: Lexicon) -> set[int]:
    """Indices of the words of phrases that say nothing of a person, such as `pelo amor de Deus`."""
    words = [tokens.word(index) for index in range(len(tokens.items))]
    return {
        place
        for phrase in lexicon.words.harmless_phrases
        for start in _starts(words, phrase.split())
        for place in range(start, start + len(phrase.split()))
    }


def _starts(words: list[str], phrase: list[str]) -> Iterator[int]:
    return (start for start in range(len(words)) if words[start : start + len(phrase)] == phrase)


def possessed_kin(tokens: Tokens, lexicon: Lexicon) -> set[int]:
    """Indices of kin who belong to somebody named earlier in the sentence, with their determiners.

    In `a médica saiu com o filho dela` the son is another person than the one who is swapped, and his own gender
    says nothing of hers. Without anybody before them the kin are the persons of the text and are swapped.
    """
    stay: set[int] = set()
    for index in range(len(tokens.items)):
        if tokens.word(index) not in lexicon.words.kin:
            continue
        owner = tokens.word(index + 1) if tokens.follows(index + 1) else ""
        is_own = tokens.follows(index) and tokens.word(index - 1) in _OWN
        if tokens.word(index - 2) == "que" and tokens.word(index + 1) in lexicon.words.links:
            continue
        if (owner in _POSSESSORS or is_own) and _has_owner(tokens, lexicon, index, owner):
            stay.add(index)
            stay |= set(_determiners(tokens, lexicon, index))
    return stay


def generic_plurals(tokens: Tokens, lexicon: Lexicon) -> set[int]:
    """Indices of masculine plurals that hold both genders: `de lavradores`, `não teve filhos`, `de reis e nobres`."""
    found: set[int] = set()
    for index in range(1, len(tokens.items)):
        form = lexicon.form(tokens.word(index))
        if form is None or (form.kind, form.gender, form.is_plural) != ("noun", "male", True):
            continue
        before = tokens.word(index - 1)
        is_led = index > 1 and (before in _LEADING or before in lexicon.words.perfect)
        is_joined = before in ("e", "ou", "nem") and index - 2 in found
        if tokens.follows(index) and (is_led or is_joined) and tokens.word(index) not in _MEN:
            found.add(index)
    return found


def _has_owner(tokens: Tokens, lexicon: Lexicon, index: int, owner: str) -> bool:
    """Whether a person of the owner's gender and number stands before, in the same sentence."""
    wanted = lexicon.form(owner)
    first = next(iter(_determiners(tokens, lexicon, index)), index)
    for place in range(first - 1, -1, -1):
        form = lexicon.form(tokens.word(place))
        is_person = form is not None and form.kind in ("noun", "pronoun", "epicene")
        if is_person and form is not None and tokens.word(place) not in _POSSESSORS:
            is_fit = not form.gender or wanted is None or form.gender == wanted.gender
            if is_fit and (wanted is None or form.is_plural == wanted.is_plural):
                return True
        if any(mark in tokens.gap_before(place) for mark in ".!?;\n"):
            return False
    return False


def _determiners(tokens: Tokens, lexicon: Lexicon, index: int) -> list[int]:
    """Indices of what stands before the kin and agrees with them, from left to right."""
    found: list[int] = []
    place = index
    while tokens.follows(place):
        form = lexicon.form(tokens.word(place - 1))
        if form is None or form.kind not in ("article", "inner", "outer"):
            break
        place -= 1
        found.insert(0, place)
    return found
