"""Portuguese swap rules: a gendered noun or pronoun takes along the words that are sure to agree with it."""

import re
from dataclasses import dataclass, field

from probes._portuguese_doubts import find_doubt
from probes._portuguese_words import Form, Lexicon, build_lexicon
from probes._swap import Proposal, Rules
from probes._tokens import Tokens

_PREFIXES = ("ex", "vice", "co")
_OPEN_ARTICLES = ("a", "o", "as", "os")
_PREPOSITIONS = frozenset(
    ("de", "com", "para", "pra", "por", "em", "sobre", "sem", "a", "contra", "entre", "pro", "até", "d")
)
_CONTRACTED = re.compile(r"^(?:d|n|à|ao|pel|pr)")
_TRANSPARENT = (
    "grande",
    "jovem",
    "pobre",
    "melhor",
    "pior",
    "maior",
    "simples",
    "ex",
    "grandes",
    "jovens",
    "pobres",
    "melhores",
)
_ADVERBS = ("muito", "mais", "tão", "bem", "super", "meio", "bastante", "mto", "mt", "menos", "demais", "extremamente")
_POSSESSIVES = frozenset(
    word + number for word in ("minha", "meu", "tua", "teu", "sua", "seu", "nossa", "nosso") for number in ("", "s")
)
_CONJUNCTIONS = ("e", "mas", "ou", "nem")
_MAX_BETWEEN = 4


@dataclass
class Reading:
    """What is known of one text while its rules are applied."""

    tokens: Tokens
    lexicon: Lexicon
    heads: dict[int, str] = field(default_factory=dict)
    """Index of a noun or pronoun -> the gender it shows."""
    bound: dict[int, str] = field(default_factory=dict)
    """Index -> the word in its place, for heads and for all that agrees with them."""
    doubt: str | None = None

    def form(self, index: int) -> Form | None:
        """The gendered form at an index, if there is one."""
        return self.lexicon.form(self.tokens.word(index))


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
        _bind_heads(reading)
        if reading.heads:
            for index in list(reading.heads):
                _bind_right(reading, index)
            because = reading.doubt or find_doubt(tokens, lexicon, reading.heads, reading.bound)
            text = " ".join(token.lower for token in tokens.items)
            reading.doubt = because or ("fixed phrase" if phrases.search(text) else None)
        return Proposal(reading.bound, frozenset(reading.heads.values()), reading.doubt)

    return propose


def _bind_heads(reading: Reading) -> None:
    for index, token in enumerate(reading.tokens.items):
        form = reading.form(index)
        if token.is_opaque or form is None or form.kind not in ("pronoun", "noun", "epicene"):
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
        if reading.tokens.word(place) in _TRANSPARENT and head.kind != "pronoun":
            continue
        if form is None or form.is_plural != head.is_plural or (gender and form.gender != gender):
            break
        kinds = ("outer",) if has_article or head.kind == "pronoun" else ("article", "inner", "outer", "adjective")
        if form.kind not in kinds:
            break
        if form.kind == "inner" and any(reading.tokens.word(nearer) in _POSSESSIVES for nearer, _ in found):
            break
        found.append((place, form))
        gender, has_article = form.gender, has_article or form.kind == "article"
    return found


def _bind_right(reading: Reading, head: int) -> None:
    """Adjectives after a head, and after the verb that links them to it."""
    form, gender = reading.form(head), reading.heads[head]
    if form is None or (form.kind == "pronoun" and reading.tokens.word(head)[0] in "dn"):
        return
    end = _bind_described(reading, head + 1, gender, form.is_plural)
    if not _may_be_subject(reading, head):
        return
    place, steps = end, 0
    while steps < _MAX_BETWEEN and _is_between(reading, place, form):
        place, steps = place + 1, steps + 1
    words = reading.lexicon.words
    for start in range(place, end - 1, -1):
        if reading.tokens.follows(start) and reading.tokens.word(start) in words.links | words.loose_links:
            _bind_complement(reading, start, gender, form.is_plural)
            return


def _is_between(reading: Reading, place: int, head: Form) -> bool:
    word = reading.tokens.word(place)
    is_owner = head.kind != "pronoun" and word in ("dele", "dela", "deles", "delas")
    words = reading.lexicon.words
    return reading.tokens.follows(place) and (is_owner or (word in words.between and word not in words.links))


def _bind_complement(reading: Reading, link: int, gender: str, is_plural: bool) -> None:
    """What stands after a linking verb: adjectives are bound, an unknown word that may agree is a doubt."""
    words, place = reading.lexicon.words, link + 1
    while reading.tokens.follows(place) and (
        reading.tokens.word(place) in words.between or reading.tokens.word(place) in words.links
    ):
        place += 1
    if place in reading.bound or not reading.tokens.follows(place):
        return
    end = _bind_described(reading, place, gender, is_plural)
    if end > place or reading.tokens.word(link) in words.loose_links:
        return
    form = reading.form(place)
    if form is not None and form.kind == "article" and form.gender == gender:
        following = reading.tokens.word(place + 1)
        if (
            following not in words.fixed_nouns
            and following != "que"
            and not _CONTRACTED.match(reading.tokens.word(place))
        ):
            reading.doubt = reading.doubt or "noun after a linking verb"
    elif form is None and may_agree(reading.lexicon, reading.tokens.word(place), gender):
        reading.doubt = reading.doubt or "unknown word after a linking verb"


def _bind_described(reading: Reading, place: int, gender: str, is_plural: bool) -> int:
    """Bind a run of adjectives such as `linda, muito rica e casada`; returns the index after it."""
    end = place
    while (found := _next_described(reading, end, end == place)) is not None:
        form = reading.lexicon.describing(reading.tokens.word(found))
        if form is None or (form.gender, form.is_plural) != (gender, is_plural):
            break
        reading.bound[found] = form.other
        end = found + 1
    return end


def _next_described(reading: Reading, start: int, is_first: bool) -> int | None:
    """Index of the next adjective of a run: beside the last one, or after a comma or a conjunction."""
    tokens = reading.tokens
    if start >= len(tokens.items):
        return None
    place, is_listed = start, not is_first and tokens.gap_before(start).strip() == ","
    if not is_listed and not tokens.follows(start):
        return None
    if not is_first and tokens.word(place) in _CONJUNCTIONS:
        place += 1
    while tokens.word(place) in _ADVERBS:
        place += 1
    form = reading.lexicon.describing(tokens.word(place))
    is_adjective = form is not None and (form.kind == "adjective" or not is_listed) and place not in reading.heads
    return place if is_adjective and (place == start or tokens.follows(place)) else None


def _may_be_subject(reading: Reading, head: int) -> bool:
    """False for a head inside a prepositional phrase: what follows may be said of something else."""
    place = head
    while reading.tokens.follows(place) and (
        place - 1 in reading.bound or reading.tokens.word(place - 1) in _TRANSPARENT
    ):
        place -= 1
        word = reading.tokens.word(place)
        form = reading.form(place)
        if form is not None and form.kind == "article" and word not in _OPEN_ARTICLES and _CONTRACTED.match(word):
            return False
    return not (reading.tokens.follows(place) and reading.tokens.word(place - 1) in _PREPOSITIONS)


def may_agree(lexicon: Lexicon, word: str, gender: str) -> bool:
    """Whether a word that no list names may be the form of one gender."""
    words = lexicon.words
    if word in words.invariable or word in words.not_agreeing or word in words.fixed_nouns or word.endswith("ndo"):
        return False
    stem = word.removesuffix("s")
    if gender == "female":
        return stem.endswith(("a", "ã")) and not stem.endswith(("ista", "ava", "aria", "eria", "iria"))
    return stem.endswith(("o", "or", "ão", "ê", "eu", "ore", "eiro"))
