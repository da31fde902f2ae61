"""Texts drawn with what is true of them and what was predicted."""

from boletim.contracts.record import Record


class DrawnSpan(Record):
    """One stretch of a text."""

    start: int
    """Its first character."""
    end: int
    """The one after its last."""
    type: str
    outcome: str
    """What became of it: one of `hits`, `wrong_type`, `boundary`, `wrong_both`, `missed`, `spurious`, `predicted`."""


class DrawnText(Record):
    """One text; only where the configuration shows texts."""

    id: str
    text: str
    gold: tuple[DrawnSpan, ...]
    """With what became of each."""
    predicted: tuple[DrawnSpan, ...]
    """`hits` where right, `spurious` where it touches no true one, else `predicted`."""
