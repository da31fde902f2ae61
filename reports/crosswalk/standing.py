"""How a clause stands on a card: answered, answered in part, left to people who did not answer, or not assessed."""

import re
from collections.abc import Callable
from typing import Literal, get_args

from boletim.contracts.measure import parse_measure_id
from boletim.contracts.results.card import Card
from boletim.reports.card.anchors import SECTION_OF_ANSWERS
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
    if set(clause.unless) & absent_from(card):
        return "not_assessed"
    missing = missing_answers_of(card, clause)
    if not evidence_of(card, clause, has_section):
        return "not_provided" if missing else "not_assessed"
    return "partly" if missing or set(clause.in_part) & absent_from(card) or lacks_of(card, clause) else "answered"


def evidence_of(card: Card, clause: Clause, has_section: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Where this card holds something on the clause: sections, and the places in them; a blank holds nothing."""
    return [
        (section, place)
        for section in clause.sections
        if has_section(section)
        for place in _places(card, clause, section)
        if place not in (*card.not_provided, *card.not_measured)
    ]


def _places(card: Card, clause: Clause, section: str) -> tuple[str, ...]:
    """Where in a section the clause is answered: the places it names, else its first answer there, else the head."""
    if section in clause.at:
        return clause.at[section]
    there = [name for name in clause.answers if name in SECTION_OF_ANSWERS.get(section, ())]
    given = [name for name in there if name not in card.not_provided]
    return (*given, *there, section)[:1]


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


def _has_gate_on_groups(card: Card) -> bool:
    """Limits of gaps, which are set before the results, name what bias is looked for."""
    return any("attribute" in parse_measure_id(gate.measure)[1] for gate in card.gates)


def _has_no_gate_on_groups(card: Card) -> bool:
    return not _has_gate_on_groups(card)


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
    "explained",
    "why_test_data",
    "criteria",
    "authority_audit",
    UNREAD,
)
LACKS: dict[str, Callable[[Card], bool]] = {
    **dict.fromkeys(_OF_EVERY_CARD, _always),
    "base_revision": _has_no_base_revision,
    "address": _has_no_address,
    "mapped": _has_no_gate_on_groups,
    "mapped_by_gates": _has_gate_on_groups,
}
"""What a card can lack on a clause, and which cards do."""


def absent_from(card: Card) -> set[str]:
    """What the run did not measure, and the table of hiring tools where nobody asked for it."""
    return {*card.not_measured, *(() if card.provided.bias_audit else ("bias_audit",))}
