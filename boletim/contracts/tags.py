"""Tags of tokens become entities: BIO (IOB2), IOB1 and BIOES (also BILOU), with conlleval's rule where they break off.

References:
    Tjong Kim Sang and Buchholz (2000), Introduction to the CoNLL-2000 Shared Task (conlleval's rule for the end and the
    start of a chunk).
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from boletim.contracts.answers.spans import Span
from boletim.contracts.errors import RuleError

Scheme = Literal["BIO", "IOB1", "BIOES"]
_LETTERS = {"L": "E", "U": "S"}
_KINDS = "BIOES"


def split_tag(tag: str) -> tuple[str, str]:
    """The letter B, I, O, E or S of a tag, and its type.

    >>> split_tag("B-PER"), split_tag("U-LOC"), split_tag("O")
    (('B', 'PER'), ('S', 'LOC'), ('O', ''))

    Raises:
        ValueError: It is no tag.
    """
    letter, _, name = tag.partition("-")
    letter = _LETTERS.get(letter, letter)
    if len(letter) != 1 or letter not in _KINDS or (letter == "O") != (name == ""):
        raise RuleError("tag_written", tag=tag)
    return letter, name


def scheme_of(sequences: Iterable[Sequence[str]]) -> Scheme:
    """The scheme in which tags are written: BIOES where an E or S occurs, IOB1 where B only parts neighbours.

    >>> scheme_of([["I-PER", "O"], ["I-PER", "B-PER"]]), scheme_of([["B-PER", "I-PER"]])
    ('IOB1', 'BIO')
    """
    opened_by = {"B": 0, "I": 0}
    for tags in sequences:
        before = "O", ""
        for now in map(split_tag, tags):
            if now[0] in "ES":
                return "BIOES"
            if now[0] != "O" and (before[0] == "O" or before[1] != now[1]):
                opened_by[now[0]] += 1
            before = now
    return "IOB1" if opened_by["I"] and not opened_by["B"] else "BIO"


def scheme_of_names(tags: Iterable[str]) -> Scheme:
    """The scheme in which a model names its tags; without any B it is IOB1, where an I opens an entity."""
    letters = {split_tag(tag)[0] for tag in tags}
    return "BIOES" if letters & {"E", "S"} else "BIO" if "B" in letters else "IOB1"


def spans_of_tags(tags: Sequence[str], scheme: Scheme) -> tuple[Span, ...]:
    """The entities of one text, in tokens; those that no tag of the scheme opens are marked as repaired.

    >>> spans_of_tags(["B-PER", "I-PER", "O", "I-LOC"], "BIO")
    (Span(start=0, end=2, type='PER', is_repaired=False), Span(start=3, end=4, type='LOC', is_repaired=True))
    """
    found: list[Span] = []
    start, is_repaired, before = None, False, ("O", "")
    for place, now in enumerate([*map(split_tag, tags), ("O", "")]):
        is_new = before[0] in "OES" or now[1] != before[1] or now[0] in "BS"
        if start is not None and (is_new or now[0] == "O"):
            found.append(Span(start, place, before[1], is_repaired))
            start = None
        if now[0] != "O" and is_new:
            start = place
            is_repaired = scheme != "IOB1" and now[0] not in "BS"
        before = now
    return tuple(found)


def in_characters(spans: Iterable[Span], tokens: Sequence[str]) -> tuple[Span, ...]:
    """The same in characters of the tokens joined by a space."""
    starts, place = [], 0
    for token in tokens:
        starts.append(place)
        place += len(token) + 1
    return tuple(
        span._replace(start=starts[span.start], end=starts[span.end - 1] + len(tokens[span.end - 1])) for span in spans
    )
