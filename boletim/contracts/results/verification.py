"""What a second look at a card found."""

from typing import Literal

from boletim.contracts.record import Record
from boletim.contracts.sentence import Said

VerifiedStatus = Literal["agrees", "differs", "not checked"]

STATED = "stated, not checked"
"""The item that names what no card alone can settle."""


class VerifiedItem(Record):
    """One thing that was checked."""

    what: Said
    """Such as `audit.json` or `page 8`."""
    status: VerifiedStatus
    detail: Said
    """One line: what was compared with what, or why it was not."""
