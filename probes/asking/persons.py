"""Ask a model that finds entities what it takes a name for."""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.answers.spans import Span
from boletim.contracts.language import Frame
from boletim.probes.context import ProbeContext
from boletim.probes.sentences.slots import fill_slot

FOUND, OTHER, NOTHING = 0, 1, 2
"""A name is found as a person, taken for something else, or not found at all."""


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
    people = set(person_types(context))
    answers = context.classifier.predict_scores(texts, context.progress)
    found = [outcome_of(spans, *place, people) for spans, place in zip(answers, places, strict=True)]
    return np.array(found, dtype=np.int64).reshape(len(frames), len(names))


def outcome_of(spans: Sequence[Span], start: int, end: int, people: set[str]) -> int:
    """What the model takes a stretch of a text for.

    >>> outcome_of([Span(0, 3, "LOC")], 0, 3, {"PER"}), outcome_of([Span(0, 9, "PER")], 0, 3, {"PER"})
    (1, 0)
    """
    near = [span for span in spans if span.start < end and start < span.end]
    if any(span.type in people and span.start <= start and end <= span.end for span in near):
        return FOUND
    return OTHER if any(span.type not in people for span in near) else NOTHING
