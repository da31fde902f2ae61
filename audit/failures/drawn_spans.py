"""Which texts are drawn with their entities: those that show the most ways to miss one."""

from collections.abc import Sequence

from boletim.audit.tally.matching import outcomes, spurious
from boletim.contracts.answers.spans import Span, Spans
from boletim.contracts.results.drawn import DrawnSpan, DrawnText

_DRAWN, _LONGEST = 3, 400


def drawn_spans(answers: Spans, texts: Sequence[str] | None) -> tuple[DrawnText, ...]:
    """The three texts with the most kinds of outcomes, the shorter first where they have as many; none without texts.

    Args:
        answers: The texts' entities, in characters.
        texts: (n,) the texts; None takes those that came with the answers.
    """
    held = answers.texts if texts is None else texts
    if held is None:
        return ()
    ranked = []
    for row, text in enumerate(held):
        drawn = _drawn(answers, row, text)
        kinds = {span.outcome for span in (*drawn.gold, *drawn.predicted)} - {"predicted"}
        if len(text) <= _LONGEST and kinds - {"hits"}:
            ranked.append((-len(kinds), len(text), row, drawn))
    return tuple(drawn for *_, drawn in sorted(ranked, key=lambda one: one[:3])[:_DRAWN])


def _drawn(answers: Spans, row: int, text: str) -> DrawnText:
    gold, said = answers.gold[row], answers.predicted[row]
    right = {span.key for span in gold}
    alone = spurious(gold, said)
    of_said = [
        "hits" if span.key in right else "spurious" if is_spurious else "predicted"
        for span, is_spurious in zip(said, alone, strict=True)
    ]
    return DrawnText(
        id=str(answers.ids[row]),
        text=text,
        gold=tuple(map(_span, gold, outcomes(gold, said))),
        predicted=tuple(map(_span, said, of_said)),
    )


def _span(span: Span, outcome: str) -> DrawnSpan:
    return DrawnSpan(start=span.start, end=span.end, type=span.type, outcome=outcome)
