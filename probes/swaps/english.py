"""English swap rules: word pairs, and the two readings of `her` and of `his` decided by their neighbours."""

import re

from boletim.contracts.record import Record
from boletim.probes.swaps.swap import Proposal, Rules
from boletim.probes.swaps.tokens import Tokens

_SUBJECT = {"she": "he", "he": "she", "him": "her", "hers": "his"}
_FEMALE = {"she", "her", "hers"}
_UNNAMED = {"ms", "mr", "herself", "himself"}
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
            because = _left_alone(tokens, lexicon, phrases)
        return Proposal(replacements, frozenset(genders), because)

    return propose


def _left_alone(tokens: Tokens, lexicon: EnglishWords, phrases: re.Pattern[str]) -> str | None:
    for index in range(len(tokens.items)):
        word = tokens.word(index)
        is_title = word in lexicon.titles_left_alone and tokens.items[index].case != "lower"
        if is_title or _stems(word) & lexicon.left_alone or (word == "ma" and tokens.word(index + 1) == "am"):
            return "word without a safe counterpart"
    words = [token.lower for token in tokens.items]
    ship = next((place for place, word in enumerate(words) if word in lexicon.called_she), len(words))
    if {"she", "her", "hers", "herself"} & set(words[ship:]):
        return "pronoun that may stand for a thing"
    found = phrases.search(" ".join(token.lower for token in tokens.items))
    return "fixed phrase" if found else None


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
    if token.lower in ("man", "boy") and (after.startswith((",", "!")) and token.is_start):
        return "may be an exclamation"
    return None


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
    if following in her.unsure_before or before in her.two_objects:
        return None
    if following.isdigit() and len(following) != 4:
        return "his" if is_safe_before else None
    if following.endswith("ing"):
        return "his" if before in her.prepositions else None
    if following.endswith("ly"):
        return None
    if following.endswith("ed"):
        has_noun = tokens.follows(index + 2) and tokens.word(index + 2) not in her.object_before
        return "his" if has_noun else None
    return "his"
