"""Put another first name in the place of a person's in a real text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from boletim.contracts.answers.spans import Span
from boletim.contracts.language import ProbeWords

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ACRONYM = 3
"""Letters up to which a name in capitals may be an acronym."""
_LAST_WORD = re.compile(r"([^\W\d_]+\.?)\s+$")


@dataclass(frozen=True)
class Mention:
    """Where a text names a person."""

    text: str
    start: int
    """First character of the person's first name."""
    end: int
    """The one after its last."""
    last: int
    """The one after the whole person."""

    def with_name(self, name: str) -> tuple[str, tuple[int, int]]:
        """The text with another first name, in capitals where the name is, and where the whole person then stands."""
        put = name.upper() if self.text[self.start : self.end].isupper() else name
        end = self.last + len(put) - (self.end - self.start)
        return self.text[: self.start] + put + self.text[self.end :], (self.start, end)


def mentions_of_entities(
    texts: Sequence[str], entities: Sequence[Sequence[Span]], people: Iterable[str]
) -> Iterator[Mention]:
    """A mention for each true person, whose first word is taken for the first name."""
    known = {name.casefold() for name in people}
    for text, spans in zip(texts, entities, strict=True):
        for span in spans:
            word = _WORD.match(text, span.start, span.end) if span.type.casefold() in known else None
            if word:
                yield Mention(text, word.start(), word.end(), span.end)


def mentions_of_names(texts: Sequence[str], names: Iterable[str]) -> Iterator[Mention]:
    """A mention wherever one of the names stands as a word of its own, also in capitals; the person is no longer.

    >>> [found.start for found in mentions_of_names(["JOSÉ e Ana, da ANA"], ["José", "Ana"])]
    [0, 7]
    """
    forms = [form for name in names for form in {name, name.upper() if len(name) > _ACRONYM else name}]
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(forms, key=len, reverse=True)))
    for text in texts:
        for found in pattern.finditer(text):
            yield Mention(text, found.start(), found.end(), found.end())


def agrees(mention: Mention, words: ProbeWords) -> bool:
    """Whether the word before the name agrees with it, so that another name would read wrongly."""
    before = _LAST_WORD.search(mention.text[: mention.start])
    return before is not None and before.group(1).casefold() in words.before_names
