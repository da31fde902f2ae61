"""English swap rules: word pairs, and the two readings of `her` and of `his` decided by their neighbours."""

import re
from collections.abc import Mapping

from boletim.contracts.record import Record
from boletim.probes.swaps.swap import Proposal, Rules
from boletim.probes.swaps.tokens import Tokens

_SUBJECT = {"she": "he", "he": "she", "him": "her", "hers": "his"}
_FEMALE = {"she", "her", "hers"}
_UNNAMED = {"ms", "mr", "herself", "himself"}
_SAYING = {
    "is", "was", "are", "were", "be", "been", "being", "as", "become", "became", "becomes", "becoming", "remain",
    "remained", "of", "among", "elected", "named", "appointed",
}  # fmt: skip
_JOINTS = ("-", "'", "’", " '", " ‘", ' "', " “", "' ", "’ ", ", ")
_LONGEST_PHRASE = 5
_BESIDE = ("around", "near", "with", "like", "behind", "beside")
"""After these `her` may end what is the subject: `the people around her laughed`."""
_STOP = re.compile(r"^\s*[.,;:!?…)\]—–&/+]|\n|^\s*-\s")


class HerWords(Record):
    """Neighbours that decide what `her` means."""

    object_before: frozenset[str]
    possessive_before: frozenset[str]
    unsure_before: frozenset[str]
    two_objects: frozenset[str]
    """Verbs that may take a person and a thing, or a person and what the person does."""
    naming: frozenset[str]
    prepositions: frozenset[str]
    adjectives: frozenset[str]
    """Among what is unsure: after a preposition and before a noun they are the noun's."""
    times: frozenset[str]


class EnglishWords(Record):
    """The `swaps` of an English pack."""

    pairs: tuple[tuple[str, str], ...]
    """Female form, male form."""
    capitalised: frozenset[str]
    hyphen_prefixes: frozenset[str]
    left_alone: frozenset[str]
    titles_left_alone: frozenset[str]
    phrases: tuple[str, ...]
    called_she: frozenset[str]
    """Ships and their like: `she` after them may be the ship."""
    things_after_kin: frozenset[str]
    """Nouns that make of `sister`, `mother` and their like a word for a thing: `its sister ships`."""
    called_she_as_subjects: frozenset[str]
    """Countries and their like: `she` after them may be the country, where no woman was named."""
    said_of_both: frozenset[str]
    """Words for a man that are said of women too."""
    not_men: frozenset[str]
    determiners: frozenset[str]
    bare: frozenset[str]
    """Words of the pairs that need no determiner."""
    her: HerWords


def english_rules(words: dict[str, object]) -> Rules:
    """Rules from a pack's `swaps`.

    Returns:
        A function from tokens to what would change; it leaves a text alone when one gendered word is unsure.

    References:
        The pairs follow the word lists of Zhao et al. 2018 (WinoBias) and Garg et al. 2019, narrowed to words
        whose swap keeps a sentence grammatical.
    """
    lexicon = EnglishWords.model_validate(words)
    pairs = dict(lexicon.pairs) | {male: female for female, male in lexicon.pairs}
    females = {female for female, _ in lexicon.pairs} | _FEMALE
    phrases = re.compile(r"\b(?:" + "|".join(map(re.escape, lexicon.phrases)) + r")\b", re.IGNORECASE)

    def propose(tokens: Tokens) -> Proposal:
        replacements: dict[int, str] = {}
        genders: set[str] = set()
        because: str | None = None
        for index in range(len(tokens.items)):
            word = tokens.word(index)
            if word not in pairs and word not in _SUBJECT and word not in ("her", "his"):
                continue
            genders.add("female" if word in females else "male")
            other = pairs.get(word) or _SUBJECT.get(word) or _her_or_his(tokens, index, lexicon.her)
            because = because or _unsafe(tokens, index, lexicon, pairs) or (None if other else "her or his unclear")
            replacements[index] = other or word
        if genders and because is None:
            because = _left_alone(tokens, lexicon, phrases, pairs) or _is_power(tokens, lexicon, replacements, females)
        if len(genders) > 1 and because is None:
            because = _said_of_woman(tokens, lexicon, replacements, females)
        return Proposal(replacements, frozenset(genders), because)

    return propose


def _left_alone(tokens: Tokens, lexicon: EnglishWords, phrases: re.Pattern[str], pairs: dict[str, str]) -> str | None:
    for index in range(len(tokens.items)):
        word = tokens.word(index)
        is_title = word in lexicon.titles_left_alone and tokens.items[index].case != "lower"
        is_man = (
            word.endswith(("man", "men")) and len(word) > len("women") and word not in lexicon.not_men | pairs.keys()
        )
        if is_man and tokens.items[index].case == "lower":
            return "word without a safe counterpart"
        if is_title or _stems(word) & lexicon.left_alone or (word == "ma" and tokens.word(index + 1) == "am"):
            return "word without a safe counterpart"
    words = [token.lower for token in tokens.items]
    ship = next((place for place, word in enumerate(words) if word in lexicon.called_she), len(words))
    if {"she", "her", "hers", "herself"} & set(words[ship:]):
        return "pronoun that may stand for a thing"
    found = phrases.search(" ".join(token.lower for token in tokens.items))
    return "fixed phrase" if found else None


def _is_power(tokens: Tokens, lexicon: EnglishWords, replacements: Mapping[int, str], females: set[str]) -> str | None:
    """Whether the first word for a woman may be a country: `Britain lost her colonies`."""
    first = next((place for place in sorted(replacements) if tokens.word(place) in females), None)
    if first is None or tokens.word(first) not in _FEMALE | {"herself"} or replacements[first] == "him":
        return None
    is_acting = any(
        tokens.word(place) in lexicon.called_she_as_subjects
        and not (tokens.follows(place) and tokens.word(place - 1) in lexicon.her.prepositions | {"to", "across"})
        for place in range(first)
    )
    return "pronoun that may stand for a thing" if is_acting else None


def _said_of_woman(
    tokens: Tokens, lexicon: EnglishWords, replacements: Mapping[int, str], females: set[str]
) -> str | None:
    """Whether a word for a man may be said of the woman of the text: `one of the heirs`, `the actor and her role`."""
    males = {tokens.word(index) for index in replacements} - females
    if males <= lexicon.said_of_both:
        return "word that may be said of the other person"
    for index in replacements:
        before = {tokens.word(place) for place in range(max(index - 5, 0), index)}
        if tokens.word(index) in lexicon.said_of_both and before & _SAYING:
            return "word that may be said of the other person"
    return None


def _is_bare(tokens: Tokens, index: int, lexicon: EnglishWords) -> bool:
    """Whether a noun for one person stands without a determiner: `known to man`, `Boy, was it cold`."""
    token = tokens.items[index]
    if token.lower in lexicon.bare | _SUBJECT.keys() | _FEMALE | {"his"} or _is_plural(token.lower):
        return False
    place = index
    while (
        place > 0 and index - place < _LONGEST_PHRASE and (tokens.follows(place) or tokens.gap_before(place) in _JOINTS)
    ):
        place -= 1
        if tokens.word(place) in lexicon.determiners:
            return False
        if tokens.word(place) in lexicon.her.object_before | _SAYING:
            return True
    return True


def _is_plural(word: str) -> bool:
    return word.endswith("men") or (word.endswith("s") and not word.endswith("ss"))


def _stems(word: str) -> set[str]:
    """The word, and what it may be the plural of: `duchesses`, `landladies`."""
    stems = {word, word.removesuffix("s"), word.removesuffix("es")}
    if word.endswith("ies"):
        stems.add(word.removesuffix("ies") + "y")
    if word.endswith("men"):
        stems.add(word.removesuffix("men") + "man")
    return stems


def _unsafe(tokens: Tokens, index: int, lexicon: EnglishWords, pairs: dict[str, str]) -> str | None:
    """Why the word here may not be about a person at all."""
    token = tokens.items[index]
    before, after = token.gap, tokens.gap_after(index)
    left, right = tokens.word(index - 1), tokens.word(index + 1)
    if token.lower in ("ms", "mr") and token.case != "title":
        return "may be an abbreviation"
    if token.case == "title" and not token.is_start and token.lower not in lexicon.capitalised:
        return "may be part of a name"
    if before.endswith("/") or after.startswith("/"):
        return "both genders named together"
    if before.endswith("_") or after.startswith("_"):
        return "may be part of a name"
    if before == "-" and left not in lexicon.hyphen_prefixes and left not in pairs:
        return "part of a compound"
    if after == "-" and right not in pairs and right != "in":
        return "part of a compound"
    if token.lower in pairs and token.lower not in _UNNAMED:
        if _is_named(tokens, index):
            return "may be part of a name"
        is_thing = tokens.follows(index + 1) and right in lexicon.things_after_kin
        if is_thing or _is_odd_genitive(tokens, index, pairs[token.lower]):
            return "part of a compound"
    if right in ("and", "or") and pairs.get(token.lower) == tokens.word(index + 2):
        return "both genders named together"
    return "noun without a determiner" if _is_bare(tokens, index, lexicon) else None


def _is_named(tokens: Tokens, index: int) -> bool:
    """Whether a name follows: `his brother Paul`, `her son-in-law Tom`, `her husband, John,`."""
    place = index + 1
    if (tokens.word(place), tokens.word(place + 1)) == ("in", "law"):
        place += 2
    if place >= len(tokens.items) or tokens.items[place].case != "title" or tokens.word(place) == "i":
        return False
    return tokens.follows(place) or (tokens.gap_before(place).strip() in (",", "(") and tokens.word(place) != "who")


def _is_odd_genitive(tokens: Tokens, index: int, other: str) -> bool:
    """Whether only one of the two plurals ends in s: `the ladies' final`, `the gentlemen's club`."""
    after = tokens.gap_after(index)
    is_genitive = after.startswith(("'", "’"))
    return is_genitive and tokens.word(index).endswith("s") != other.endswith("s") and not other.endswith("man")


def _her_or_his(tokens: Tokens, index: int, her: HerWords) -> str | None:
    word, gap = tokens.word(index), tokens.gap_after(index)
    following = tokens.word(index + 1)
    stands_alone = index + 1 >= len(tokens.items) or bool(_STOP.search(gap))
    if word == "his":
        is_pronoun = not gap.strip() and following in her.object_before and tokens.gap_after(index + 1) != "-"
        is_pronoun = is_pronoun and not _is_titled(tokens, index + 1)
        return "hers" if stands_alone or is_pronoun else "her"
    if stands_alone:
        return "him"
    if gap.strip() or not following or (following in her.object_before and _is_titled(tokens, index + 1)):
        return None
    return _her_before(tokens, index, her)


def _is_titled(tokens: Tokens, index: int) -> bool:
    """Whether the title of a work may begin here: `his A Treatise of Algae`."""
    return index < len(tokens.items) and tokens.items[index].case == "title" and tokens.word(index) != "i"


def _her_before(tokens: Tokens, index: int, her: HerWords) -> str | None:
    """`her` directly before another word: him, his, or None where it stays unclear."""
    before = tokens.word(index - 1) if tokens.follows(index) else ""
    following, is_hyphenated = tokens.word(index + 1), tokens.gap_after(index + 1) == "-"
    is_safe_before = not before or before in her.prepositions
    if is_hyphenated:
        return "his" if is_safe_before else None
    if following in her.object_before:
        return "him"
    if following in her.possessive_before:
        return None if before in her.naming and following not in ("own", "debut", "career", "way") else "his"
    if tokens.items[index].case == "title" and tokens.items[index].is_start and tokens.follows(index + 2):
        return "his"
    if before in her.prepositions and _is_adjective(tokens, index + 1, her):
        return "his"
    if following in her.unsure_before or before in her.two_objects:
        return None
    if following.isdigit() and len(following) != 4:
        return "his" if is_safe_before else None
    if following.endswith("ing"):
        return "his" if before in her.prepositions else None
    if following.endswith("ly"):
        return None
    if following.endswith("ed"):
        if before in _BESIDE:
            return None
        has_noun = tokens.follows(index + 2) and tokens.word(index + 2) not in her.object_before
        return "his" if has_noun else None
    return "his"


def _is_adjective(tokens: Tokens, place: int, her: HerWords) -> bool:
    """Whether a word belongs to the noun after it: `after her sick father`, and not `seen by her last week`."""
    noun = tokens.word(place + 1) if tokens.follows(place + 1) else ""
    is_noun = bool(noun) and noun not in her.object_before | her.unsure_before | her.times
    return tokens.word(place) in her.adjectives and is_noun
