"""What agrees with a Portuguese noun or pronoun to its right: adjectives, and what a linking verb says of it."""

import re

from boletim.probes.swaps.portuguese.reading import TRANSPARENT, Reading
from boletim.probes.swaps.portuguese.words import Form, Lexicon

_OPEN_ARTICLES = ("a", "o", "as", "os")
_PREPOSITIONS = frozenset(
    ("de", "com", "para", "pra", "por", "em", "sobre", "sem", "a", "contra", "entre", "pro", "até", "d")
)
_CONTRACTED = re.compile(r"^(?:d|n|à|ao|pel|pr)")
_ADVERBS = (
    "muito",
    "mais",
    "tão",
    "bem",
    "super",
    "meio",
    "bastante",
    "mto",
    "mt",
    "menos",
    "demais",
    "extremamente",
    "mal",
    "pouco",
    "nada",
    "cada",
)
_CONJUNCTIONS = ("e", "mas", "ou", "nem", "quanto", "como")
_BRIDGES = ("a", "de", "por")
_INFINITIVES = ("ser", "ficar", "estar", "se")
_STANDING = ("primeir", "últim", "únic")
_AFTER_STANDING = ("a", "da", "das", "do", "dos", "de", "que", "na", "no", "em", "")
_MAX_BETWEEN = 4
_GIVING = frozenset((
    "deixou", "deixa", "declarou", "declara", "mostrou", "mostra", "revelou", "revela", "considerou", "considera",
    "manteve", "mantém", "encontrou", "apresentou", "achou", "tornou", "torna", "julgou", "deu", "dá",
))  # fmt: skip
"""Verbs that say of a thing what it is or becomes: `deixou inacabada a sinfonia`."""
_OPEN_DETERMINERS = frozenset(
    (*_OPEN_ARTICLES, "sua", "seu", "suas", "seus", "essa", "esse", "esta", "este", "aquela", "aquele", "toda", "todo")
)
_LITTLE = ("pouco", "tanto", "bocado")
_PITIED = ("coitad", "coitadinh", "tadinh")


def bind_right(reading: Reading, head: int) -> None:
    """Adjectives after a head, and after the verb that links them to it."""
    form, gender = reading.form(head), reading.heads[head]
    if form is None:
        return
    if form.kind == "pronoun" and reading.tokens.word(head)[0] in "dn":
        _bind_pitied(reading, head, gender)
        return
    end = bind_described(reading, head + 1, gender, form.is_plural)
    if not may_be_subject(reading, head):
        return
    if (aside := _bind_aside(reading, head, end, gender, form.is_plural)) is not None:
        end = aside
    place, steps = _after_phrase(reading, head, end), 0
    while steps < _MAX_BETWEEN and _is_between(reading, place, form):
        place, steps = place + 1, steps + 1
    words = reading.lexicon.words
    for start in range(place, end - 1, -1):
        if reading.tokens.follows(start) and reading.tokens.word(start) in words.links | words.loose_links:
            bind_complement(reading, start, gender, form.is_plural)
            return


def _bind_pitied(reading: Reading, head: int, gender: str) -> None:
    """The adjective of `coitada dela`."""
    form = reading.form(head - 1)
    is_pitied = reading.tokens.follows(head) and reading.tokens.word(head - 1).removesuffix("s")[:-1] in _PITIED
    if is_pitied and form is not None and form.kind == "adjective" and form.gender == gender:
        reading.bound[head - 1] = form.other


def _bind_aside(reading: Reading, head: int, start: int, gender: str, is_plural: bool) -> int | None:
    """The adjective between commas of `a menina, assustada, correu`; returns the index after it."""
    tokens = reading.tokens
    is_aside = start < len(tokens.items) and tokens.gap_before(start).strip() == "," and start == head + 1
    form = reading.lexicon.describing(tokens.word(start)) if is_aside else None
    if form is None or form.kind != "adjective" or tokens.gap_after(start).strip() != ",":
        return None
    if (form.gender, form.is_plural) != (gender, is_plural):
        return None
    reading.bound[start] = form.other
    return start + 1


def _after_phrase(reading: Reading, head: int, start: int) -> int:
    """Index after what says where a noun is or whose it is: `a mulher na fila`, `o pai do menino`."""
    tokens, form = reading.tokens, reading.form(head)
    if form is None or form.kind == "pronoun" or not tokens.follows(start):
        return start
    word, place = tokens.word(start), start + 1
    contracted = reading.form(start)
    is_contracted = contracted is not None and contracted.kind == "article" and _CONTRACTED.match(word) is not None
    if not is_contracted and word not in ("de", "com", "em", "sem"):
        return start
    while tokens.follows(place) and (found := reading.form(place)) is not None and found.kind in ("article", "inner"):
        place += 1
    words = reading.lexicon.words
    is_noun = tokens.follows(place) and tokens.word(place) not in words.links | words.between | words.invariable
    return place + 1 if is_noun else start


def bind_depictives(reading: Reading) -> None:
    """`Sozinho` and `juntos` are said of the one person of the text that acts: `ela saiu sozinha`."""
    if len(reading.heads) != 1:
        return
    head, gender = next(iter(reading.heads.items()))
    form = reading.form(head)
    for index in range(head + 1, len(reading.tokens.items)):
        word = reading.tokens.word(index)
        if word not in reading.lexicon.words.depictives or index in reading.bound or form is None:
            continue
        stem = word.removesuffix("s")
        is_fit = (stem.endswith("a") == (gender == "female")) and word.endswith("s") == form.is_plural
        if is_fit and may_be_subject(reading, head):
            reading.bound[index] = stem[:-1] + ("o" if gender == "female" else "a") + ("s" if form.is_plural else "")


def _is_between(reading: Reading, place: int, head: Form) -> bool:
    word = reading.tokens.word(place)
    is_owner = head.kind != "pronoun" and word in ("dele", "dela", "deles", "delas")
    is_called = head.kind == "noun" and word in ("vc", "você", "tu", "vcs", "vocês")
    words = reading.lexicon.words
    return reading.tokens.follows(place) and (
        is_owner or is_called or (word in words.between and word not in words.links)
    )


def bind_complement(reading: Reading, link: int, gender: str, is_plural: bool) -> None:
    """What stands after a linking verb: adjectives are bound, an unknown word that may agree is a doubt."""
    words, place = reading.lexicon.words, _after_chain(reading, link)
    if place in reading.bound or not reading.tokens.follows(place):
        return
    if _says_of_what_follows(reading, link, place):
        return
    end = bind_described(reading, place, gender, is_plural)
    if end > place or reading.tokens.word(link) in words.loose_links:
        return
    form = reading.form(place)
    if _bind_standing(reading, place, gender, is_plural):
        return
    if form is not None and form.kind == "article" and form.gender == gender:
        following = reading.tokens.word(place + 1)
        if (
            following not in words.fixed_nouns
            and following != "que"
            and not _CONTRACTED.match(reading.tokens.word(place))
        ):
            reading.doubt = reading.doubt or "noun after a linking verb"
    elif (
        form is None
        and reading.tokens.word(place) not in words.verbs
        and may_agree(reading.lexicon, reading.tokens.word(place), gender)
    ):
        reading.doubt = reading.doubt or "unknown word after a linking verb"


def _says_of_what_follows(reading: Reading, link: int, place: int) -> bool:
    """Whether an adjective is the thing's that stands after it: `manteve aberta a loja`."""
    tokens, words = reading.tokens, reading.lexicon.words
    if not {tokens.word(at) for at in range(link, place)} & _GIVING:
        return False
    end = place
    while tokens.follows(end) and (
        reading.lexicon.describing(tokens.word(end)) is not None or tokens.word(end) in words.between | {"e"}
    ):
        end += 1
    return end > place and tokens.follows(end) and tokens.word(end) in _OPEN_DETERMINERS


def _bind_standing(reading: Reading, place: int, gender: str, is_plural: bool) -> bool:
    """`O primeiro a sair`, `a última da fila`, `a mais votada`: what stands for the person without a noun."""
    tokens = reading.tokens
    article, standing = reading.form(place), place + 1
    if tokens.word(place) not in _OPEN_ARTICLES or article is None or not tokens.follows(standing):
        return False
    if (article.gender, article.is_plural) != (gender, is_plural):
        return False
    form, is_graded = reading.form(standing), tokens.word(standing) in ("mais", "menos")
    if is_graded:
        described = reading.lexicon.describing(tokens.word(standing + 1)) if tokens.follows(standing + 1) else None
        fits = described is not None and (described.gender, described.is_plural) == (gender, is_plural)
        if fits:
            reading.bound[place] = article.other
            bind_described(reading, standing + 1, gender, is_plural)
        return fits
    following = tokens.word(standing + 1) if tokens.follows(standing + 1) else ""
    if tokens.word(standing).removesuffix("s")[:-1] not in _STANDING or following not in _AFTER_STANDING:
        return False
    if form is None or (form.gender, form.is_plural) != (gender, is_plural):
        return False
    reading.bound |= {place: article.other, standing: form.other}
    return True


def _after_chain(reading: Reading, link: int) -> int:
    """Index after all that links: `foi ainda`, `passou a ser`, `sentiu-se muito`."""
    tokens, words, place = reading.tokens, reading.lexicon.words, link + 1
    while place < len(tokens.items):
        word = tokens.word(place)
        is_own = tokens.gap_before(place) == "-" and word == "se"
        is_article = word in ("um", "uma") and tokens.word(place + 1) not in _LITTLE
        is_linking = (word in words.between and not is_article) or word in words.links or word.endswith("mente")
        is_bridge = word in _BRIDGES and tokens.word(place + 1) in _INFINITIVES
        if not is_own and not (tokens.follows(place) and (is_linking or is_bridge)):
            break
        place += 1
    return place


def bind_described(reading: Reading, place: int, gender: str, is_plural: bool) -> int:
    """Bind a run of adjectives such as `linda, muito rica e casada`; returns the index after it."""
    end = place
    while (found := _next_described(reading, end, end == place)) is not None:
        if reading.tokens.word(found) in reading.lexicon.words.common_adjectives:
            end = found + 1
            continue
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
    if tokens.word(place) in ("mesmo", "mesma", "mesmos", "mesmas") and _is_after_noun(reading, place):
        return None
    form = reading.lexicon.describing(tokens.word(place))
    is_common = tokens.word(place) in reading.lexicon.words.common_adjectives
    is_adjective = is_common or (form is not None and (form.kind == "adjective" or not is_listed))
    is_adjective = is_adjective and place not in reading.heads
    return place if is_adjective and (place == start or tokens.follows(place)) else None


def _is_after_noun(reading: Reading, place: int) -> bool:
    """Whether `mesmo` stands after a noun, where it is an adverb: `um idiota mesmo`."""
    form = reading.form(place - 1)
    return form is None or form.kind != "pronoun"


def may_be_subject(reading: Reading, head: int) -> bool:
    """False for a head inside a prepositional phrase: what follows may be said of something else."""
    place = head
    while reading.tokens.follows(place) and (
        place - 1 in reading.bound or reading.tokens.word(place - 1) in TRANSPARENT
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
    return stem.endswith(("o", "or", "ão", "ê", "ore", "eiro"))
