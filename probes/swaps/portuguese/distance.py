"""What agrees with the first subject of a Portuguese text from further away: `a médica, já idosa, foi eleita`."""

import re

from boletim.probes.swaps.portuguese.predicates import bind_complement, may_be_subject
from boletim.probes.swaps.portuguese.reading import Reading

_NEW_SUBJECT = frozenset((
    "que", "quando", "porque", "enquanto", "se", "onde", "cujo", "cuja", "cujos", "cujas", "quem", "qual", "como",
    "embora", "pois", "conforme", "segundo",
))  # fmt: skip
_FINITE = re.compile(r"(?:ou|iu|eu|aram|eram|iram|ava|avam)$")
_JOINTS = ("e", "mas", "porém")
_LONGEST_ASIDE = 12


def bind_at_distance(reading: Reading) -> None:
    """Bind what is said of the first person that a text names, where its sentence leaves no other subject."""
    head, gender = next(iter(reading.heads.items()))
    form = reading.form(head)
    if form is None or not may_be_subject(reading, head):
        return
    first = _first_of_phrase(reading, head)
    _bind_opening(reading, first, gender, is_plural=form.is_plural)
    if not _opens_clause(reading, first):
        return
    end = head + 1
    while reading.tokens.follows(end) and end in reading.bound:
        end += 1
    _bind_after_aside(reading, end, gender, is_plural=form.is_plural)
    _bind_joined(reading, end, gender, is_plural=form.is_plural)


def _first_of_phrase(reading: Reading, head: int) -> int:
    first = head
    while reading.tokens.follows(first) and first - 1 in reading.bound:
        first -= 1
    return first


def _opens_clause(reading: Reading, first: int) -> bool:
    """Whether the person's phrase is the first of its sentence, or follows a comma."""
    return first == 0 or not reading.tokens.follows(first)


def _bind_opening(reading: Reading, first: int, gender: str, *, is_plural: bool) -> None:
    """`Criada em Belém, a cantora voltou`: what opens the sentence is said of the subject after the comma."""
    tokens, start = reading.tokens, first
    if first == 0 or tokens.gap_before(first).strip() != ",":
        return
    while start > 0 and not re.search(r"[.!?;:\n\"“]", tokens.gap_before(start)):
        start -= 1
    words = [tokens.word(place) for place in range(start, first)]
    has_comma = any("," in tokens.gap_before(place) for place in range(start + 1, first))
    described = reading.lexicon.describing(words[0]) if words else None
    if described is None or described.kind != "adjective" or has_comma or set(words) & _NEW_SUBJECT:
        return
    _bind_one(reading, start, gender, is_plural)


def _bind_one(reading: Reading, place: int, gender: str, is_plural: bool) -> None:
    form = reading.lexicon.describing(reading.tokens.word(place))
    if form is not None and form.kind == "adjective" and (form.gender, form.is_plural) == (gender, is_plural):
        reading.bound[place] = form.other


def _bind_after_aside(reading: Reading, end: int, gender: str, *, is_plural: bool) -> None:
    """The participle right after the person's comma, and the linking verb after the comma that closes the aside."""
    tokens, words = reading.tokens, reading.lexicon.words
    if end >= len(tokens.items) or tokens.gap_before(end).strip() != ",":
        return
    _bind_one(reading, end, gender, is_plural)
    for place in range(end + 1, min(len(tokens.items), end + _LONGEST_ASIDE)):
        if tokens.gap_before(place).strip() not in ("", ","):
            return
        if tokens.gap_before(place).strip() == ",":
            while tokens.word(place) in words.between - words.links and tokens.follows(place + 1):
                place += 1
            if tokens.word(place) in words.links | words.loose_links:
                bind_complement(reading, place, gender, is_plural)
                _bind_joined(reading, place, gender, is_plural=is_plural)
            return


def _bind_joined(reading: Reading, start: int, gender: str, *, is_plural: bool) -> None:
    """`A cineasta dirigiu dois curtas e foi indicada`: what is joined without a subject keeps the one it has."""
    tokens, words = reading.tokens, reading.lexicon.words
    n_finite = 0
    for place in range(start, len(tokens.items) - 1):
        word = tokens.word(place)
        if re.search(r"[.!?;:\n\"“”(]", tokens.gap_before(place)) or word in _NEW_SUBJECT - {"se", "como"}:
            return
        n_finite += _FINITE.search(word) is not None or word in words.links | words.verbs
        if word not in _JOINTS or not n_finite:
            continue
        link = place + 1
        while tokens.follows(link) and tokens.word(link) in (words.between - words.links) | {"depois", "então"}:
            link += 1
        if tokens.follows(link) and tokens.word(link) in words.links:
            bind_complement(reading, link, gender, is_plural)
