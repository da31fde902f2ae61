"""Swap the gender of a text, or leave it alone: a text that could only be swapped in part is not changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from boletim.probes.swaps.tokens import Tokens, tokenise

Status = Literal["swapped", "left alone", "nothing to swap"]
Gender = Literal["female", "male", "mixed"]


@dataclass(frozen=True)
class Proposal:
    """What the rules of a language would change in one text."""

    replacements: Mapping[int, str] = field(default_factory=dict)
    """Index of a token -> the word in its place, in lower case."""
    genders: frozenset[str] = frozenset()
    """Genders of the people in the text, as far as words to swap show them: female, male."""
    left_because: str | None = None
    """Why the text cannot be swapped safely; None when it can."""


Rules = Callable[[Tokens], Proposal]


@dataclass(frozen=True)
class Swap:
    """One text after the attempt."""

    status: Status
    text: str
    """The swapped text, or the text itself."""
    gender: Gender | None = None
    """Of the people in the original text, as far as its gendered words show them; None without such words."""
    left_because: str | None = None


def swap(text: str, rules: Rules) -> Swap:
    """Swap every gendered word of a text, or none.

    A swapped text always swaps back to the original: what does not is left alone. So texts about women and
    texts about men pass the same sieve.
    """
    tokens = tokenise(text)
    proposal = rules(tokens)
    if not proposal.genders and not proposal.replacements:
        return Swap("nothing to swap", text)
    reason = proposal.left_because or _odd_case(tokens, proposal)
    if reason is None:
        swapped = tokens.replaced(proposal.replacements)
        back = tokenise(swapped)
        again = rules(back)
        if again.left_because is None and back.replaced(again.replacements) == text and swapped != text:
            return Swap("swapped", swapped, _gender_of(proposal))
        reason = "not reversible"
    return Swap("left alone", text, _gender_of(proposal), reason)


def _gender_of(proposal: Proposal) -> Gender | None:
    if not proposal.genders:
        return None
    if len(proposal.genders) > 1:
        return "mixed"
    return "female" if "female" in proposal.genders else "male"


def _odd_case(tokens: Tokens, proposal: Proposal) -> str | None:
    odd = any(tokens.items[index].case == "mixed" for index in proposal.replacements)
    return "odd capitals" if odd else None
