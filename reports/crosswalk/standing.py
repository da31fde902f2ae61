"""How a clause stands on a card: answered, answered in part, left to people who did not answer, or not assessed."""

import re
from collections.abc import Callable
from typing import Literal, get_args

from boletim.contracts.results.card import Card
from boletim.reports.crosswalk.clauses import UNREAD, Clause

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
    return "partly" if missing or set(clause.in_part) & absent_from(card) or lacks_of(card, clause) else "answered"


def missing_answers_of(card: Card, clause: Clause) -> list[str]:
    """Fields of `card:` that the clause needs and nobody filled."""
    return [name for name in clause.answers if name in card.not_provided]


def lacks_of(card: Card, clause: Clause) -> list[str]:
    """What the card lacks on a clause that it bears on: names under `crosswalk.lacks` in the languages."""
    return [name for name in clause.lacks if LACKS[name](card)]


def _always(_: Card) -> bool:
    """No part of a card holds it, and no answer asks for it."""
    return True


def _has_no_base_revision(card: Card) -> bool:
    return card.model.base_model is not None and card.model.base_revision is None


def _has_no_address(card: Card) -> bool:
    """A contact by which nobody can be reached: no mail or web address, no telephone number and no postal code."""
    contact = card.provided.contact
    return contact is not None and not re.search(r"@|://|www\.|(\d[ ().-]*){5}", contact)


_OF_EVERY_CARD = (
    "hardware",
    "settings",
    "design_detail",
    "components",
    "oversight_assessment",
    "technical_measures",
    "test_logs",
    "data_biases",
    "how_addressed",
    "instructions",
    "monitoring_itself",
    "mapped",
    "why_test_data",
    "criteria",
    "authority_audit",
    UNREAD,
)
LACKS: dict[str, Callable[[Card], bool]] = {
    **dict.fromkeys(_OF_EVERY_CARD, _always),
    "base_revision": _has_no_base_revision,
    "address": _has_no_address,
}
"""What a card can lack on a clause, and which cards do."""


def absent_from(card: Card) -> set[str]:
    """What the run did not measure, and the table of hiring tools where nobody asked for it."""
    return {*card.not_measured, *(() if card.provided.bias_audit else ("bias_audit",))}
