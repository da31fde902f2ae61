"""Ask a model that finds entities what it takes a name for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.contracts.answers.spans import Span
from boletim.contracts.language import Frame
from boletim.probes.context import ProbeContext
from boletim.probes.data_file import need_columns, need_number
from boletim.probes.sentences.slots import fill_slot

FOUND, OTHER, NOTHING = 0, 1, 2
"""A name is found as a person, taken for something else, or not found at all."""
FREQUENCIES = "name_frequencies"
"""The data set that says which names there are."""


@dataclass(frozen=True)
class Names:
    """Names of some groups."""

    texts: tuple[str, ...]
    groups: np.ndarray
    """(n_names,) object."""
    counts: np.ndarray | None
    """(n_names,) how many people bear each; None where that is not known."""

    @property
    def known_groups(self) -> list[str]:
        """The groups, sorted."""
        return sorted(set(self.groups))

    @property
    def compared(self) -> list[str]:
        """The groups that are held against all others: of two the first, since the second says the same."""
        return self.known_groups if len(self.known_groups) > 2 else self.known_groups[:1]

    def are_few(self, least: int = 2) -> bool:
        """Whether there is but one group, or one with fewer names than that."""
        return len(self.known_groups) < 2 or min((self.groups == one).sum() for one in self.known_groups) < least


def names_of(context: ProbeContext) -> Names:
    """Those of the user's file, with any groups; else the language's first names of women and men."""
    if FREQUENCIES not in context.data:
        own = context.words.first_names
        groups = np.repeat(np.array(["female", "male"], dtype=object), [len(own.female), len(own.male)])
        return Names((*own.female, *own.male), groups, None)
    data = context.read(context.data[FREQUENCIES])
    rows = need_columns(data, ("name", "group", "count"))
    counts = np.array([need_number(data, row, "count") for row in rows])
    return Names(tuple(r["name"] for r in rows), np.array([r["group"] for r in rows], dtype=object), counts)


def person_types(context: ProbeContext) -> tuple[str, ...]:
    """Those of the model's types that are persons, by `probes.person`, whatever their capitals."""
    known = {name.casefold() for name in context.person}
    return tuple(label for label in context.classifier.labels if label.casefold() in known)


def taken_for(context: ProbeContext, frames: Sequence[Frame], names: Sequence[str]) -> np.ndarray:
    """(n_frames, n_names) int, what each name is taken for in each sentence.

    A name is found where an entity that is a person covers it; taken for something else where one of another type
    touches it and none of a person covers it.
    """
    texts, places = [], []
    for frame in frames:
        before = frame.text.index("{name}")
        for name in names:
            texts.append(fill_slot(frame, "name", name))
            places.append((before, before + len(name)))
    return outcomes(context, texts, places).reshape(len(frames), len(names))


def outcomes(context: ProbeContext, texts: Sequence[str], places: Sequence[tuple[int, int]]) -> np.ndarray:
    """(n_texts,) int, what the stretch of each text is taken for."""
    people = set(person_types(context))
    answers = context.classifier.predict_scores(texts, context.progress)
    found = [outcome_of(spans, *place, people) for spans, place in zip(answers, places, strict=True)]
    return np.array(found, dtype=np.int64)


def outcome_of(spans: Sequence[Span], start: int, end: int, people: set[str]) -> int:
    """What the model takes a stretch of a text for.

    >>> outcome_of([Span(0, 3, "LOC")], 0, 3, {"PER"}), outcome_of([Span(0, 9, "PER")], 0, 3, {"PER"})
    (1, 0)
    """
    near = [span for span in spans if span.start < end and start < span.end]
    if any(span.type in people and span.start <= start and end <= span.end for span in near):
        return FOUND
    return OTHER if any(span.type not in people for span in near) else NOTHING
