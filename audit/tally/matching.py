"""How the true and the predicted entities of one text meet.

A prediction is right where its stretch and its type are exactly those of a true entity. A true entity that is not found
so is one of: found at its exact stretch as another type; touched by a prediction of its type (a boundary is off);
touched by predictions of other types alone (both are off); missed, where no prediction touches it. A prediction that
is right explains no other entity. A prediction that touches no true entity is spurious.

References:
    Chinchor and Sundheim (1993), MUC-5 Evaluation Metrics, sec. 2 (correct, incorrect, partial, missing, spurious);
    Nejadgholi, Fraser and De Bruijn (2020), Extensive Error Analysis and a Learning-Based Evaluation of Medical Entity
    Recognition Systems, BioNLP (boundary and type errors apart).
"""

from collections.abc import Sequence

from boletim.contracts.answers.spans import Span

OUTCOMES = ("hits", "wrong_type", "boundary", "wrong_both", "missed")
"""What can become of a true entity."""


def outcomes(gold: Sequence[Span], predicted: Sequence[Span]) -> list[str]:
    """What became of each true entity, one of `OUTCOMES`.

    >>> gold = [Span(0, 2, "PER"), Span(5, 7, "LOC"), Span(9, 10, "ORG")]
    >>> outcomes(gold, [Span(0, 2, "PER"), Span(5, 6, "LOC")])
    ['hits', 'boundary', 'missed']
    """
    right = {span.key for span in gold} & {span.key for span in predicted}
    others = [span for span in predicted if span.key not in right]
    return ["hits" if span.key in right else _of_missed(span, others) for span in gold]


def spurious(gold: Sequence[Span], predicted: Sequence[Span]) -> list[bool]:
    """Whether each prediction touches no true entity."""
    return [not any(touch(span, one) for one in gold) for span in predicted]


def touch(one: Span, other: Span) -> bool:
    """Whether two stretches share a place."""
    return one.start < other.end and other.start < one.end


def _of_missed(span: Span, predicted: Sequence[Span]) -> str:
    near = [one for one in predicted if touch(span, one)]
    if any((one.start, one.end) == (span.start, span.end) for one in near):
        return "wrong_type"
    if any(one.type == span.type for one in near):
        return "boundary"
    return "wrong_both" if near else "missed"
