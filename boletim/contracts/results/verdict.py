"""What the gates of a card come to."""

from typing import Literal

Verdict = Literal["pass", "fail", "insufficient evidence", "not gated"]
