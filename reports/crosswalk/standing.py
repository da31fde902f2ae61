"""How a clause stands on a card: answered, answered in part, left to people who did not answer, or not assessed."""

from collections.abc import Callable
from typing import Literal, get_args

from boletim.contracts.results.card import Card
from boletim.reports.crosswalk.clauses import Clause

Standing = Literal["answered", "partly", "not_provided", "not_assessed"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


def standing_of(card: Card, clause: Clause, has_section: Callable[[str], bool]) -> Standing:
    """How the clause stands.

    Args:
        card: The card.
        clause: One of a law or standard.
        has_section: Whether the card has a section of this name.
    """
    if not any(map(has_section, clause.sections)) or set(clause.unless) & absent_from(card):
        return "not_assessed"
    missing = missing_answers_of(card, clause)
    if missing and len(missing) == len(clause.answers) and clause.is_left_to_people:
        return "not_provided"
    return "partly" if missing or set(clause.in_part) & absent_from(card) else "answered"


def missing_answers_of(card: Card, clause: Clause) -> list[str]:
    """Fields of `card:` that the clause needs and nobody filled."""
    return [name for name in clause.answers if name in card.not_provided]


def absent_from(card: Card) -> set[str]:
    """What the run did not measure, and the table of hiring tools where nobody asked for it."""
    return {*card.not_measured, *(() if card.provided.bias_audit else ("bias_audit",))}
