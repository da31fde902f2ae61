"""How a clause stands follows from what the card holds and from what people answered."""

from collections import Counter
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from boletim.contracts.configuration.card import CardConfig, Decision
from boletim.contracts.results.card import Card
from boletim.reports.crosswalk.clauses import Clause, Crosswalk, load_crosswalk
from boletim.reports.crosswalk.standing import Standing, standing_of
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.clause_lines import clause_lines

CLAUSES = {clause.id: clause for framework in load_crosswalk().frameworks for clause in framework.clauses}


def stands(card: Card, clause: Clause | str) -> Standing:
    return standing_of(card, CLAUSES[clause] if isinstance(clause, str) else clause, context_of(card, "en").has_section)


def test_what_people_owe_is_not_answered_by_a_page_that_has_only_their_blank(make_card: Callable[..., Card]) -> None:
    blank, told = make_card(provided=CardConfig()), make_card(provided=CardConfig(oversight="A person decides."))
    assert stands(blank, "annex_iv_2_e") == "not_provided"
    assert stands(told, "annex_iv_2_e") == "partly"  # what people do is told; an assessment of it is not
    assert stands(blank, "manage_1_1") == "not_provided"  # gates are no determination whether to proceed
    decided = make_card(provided=CardConfig(decision=Decision(by="The board")))
    assert stands(decided, "manage_1_1") == "answered"
    assert stands(blank, "annex_iv_2_b") == "partly"  # the parameters chosen are there, the reasons are not
    assert stands(blank, "annex_iv_2_f") == "not_assessed"  # what changed since a release is no planned change
    assert stands(told, "article_20_caput") == "partly"  # oversight is told, the decision rule is not


def test_representative_data_are_never_more_than_partly_shown(make_card: Callable[..., Card]) -> None:
    told = make_card(provided=CardConfig(representativeness="All hospitals of one city."))
    assert "population" in told.not_measured
    assert stands(told, "article_10_3") == "partly"
    assert stands(told, "measure_2_3") == "not_assessed"
    measured = told.model_copy(update={"not_measured": ()})
    assert stands(measured, "article_10_3") == "answered"


def test_the_tables_of_hiring_tools_are_counted_where_somebody_asked_for_them(make_card: Callable[..., Card]) -> None:
    asked = CardConfig.model_validate({"bias_audit": {"selected": "nurse", "sex": "gender"}})
    assert stands(make_card(), "rule_5_301_b") == "not_assessed"
    assert stands(make_card(provided=asked), "rule_5_301_b") == "partly"  # the official text was not at hand


def test_what_a_clause_asks_for_besides_accuracy_is_not_taken_for_answered(make_card: Callable[..., Card]) -> None:
    """Article 15(1) and 13(3)(b)(ii) ask for robustness and cybersecurity in one breath with accuracy."""
    told = make_card(provided=CardConfig(limitations="It knows no other language."))
    assert stands(told, "article_15_1") == stands(told, "article_13_3_b_ii") == "partly"
    whole = told.model_copy(update={"not_measured": ()})
    assert stands(whole, "article_15_1") == stands(whole, "article_13_3_b_ii") == "answered"
    for lack in ("robustness", "security"):
        one = told.model_copy(update={"not_measured": (lack,)})
        assert stands(one, "article_15_1") == stands(one, "article_13_3_b_ii") == "partly"


def test_a_power_of_the_authority_is_never_answered_and_the_controllers_duty_is_there(
    make_card: Callable[..., Card],
) -> None:
    told = make_card(provided=CardConfig(decision_rule="The class with the highest score."))
    assert stands(make_card(provided=CardConfig()), "article_20_1") == "not_provided"
    assert stands(told, "article_20_1") == "partly"  # how it is decided, not why the model answers so
    assert stands(told, "article_20_2") == "partly"


def test_a_clause_whose_official_text_was_not_at_hand_is_never_answered(make_card: Callable[..., Card]) -> None:
    whole = make_card().model_copy(update={"not_measured": (), "not_provided": ()})
    sources = load_crosswalk().sources
    unread = [clause for clause in CLAUSES.values() if sources[clause.source].read is None]
    assert {clause.source for clause in unread} == {"rcny"}
    assert {"answered"}.isdisjoint(stands(whole, clause) for clause in unread)
    content = load_crosswalk().model_dump()
    content["sources"]["rcny"]["read"] = "2026-11-29"
    with pytest.raises(ValidationError, match="lacks 'unread' exactly where"):
        Crosswalk.model_validate(content)


def test_sources_are_of_those_who_make_the_law_or_the_framework() -> None:
    official = ("https://eur-lex.europa.eu/", "https://doi.org/10.6028/NIST.", "https://www.planalto.gov.br/")
    for source in load_crosswalk().sources.values():
        assert source.url.startswith((*official, "https://rules.cityofnewyork.us/")), source


def test_the_totals_on_page_two_are_those_of_the_table(make_card: Callable[..., Card]) -> None:
    card = make_card()
    lines = [line.text for line in clause_lines(context_of(card, "en"))]
    for line, framework in zip(lines, load_crosswalk().frameworks, strict=True):
        counted = Counter(stands(card, clause) for clause in framework.clauses)
        assert f"({len(framework.clauses)}): " in line
        words = {"answered": "answered", "partly": "in part", "not_provided": "not provided",
                 "not_assessed": "not assessed"}  # fmt: skip
        assert line.split(": ")[1] == ", ".join(f"{counted[key]} {word}" for key, word in words.items() if counted[key])  # type: ignore[index]
