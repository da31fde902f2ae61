from collections.abc import Callable

from boletim.contracts.configuration.card import ANSWERS, CardConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import conditions, ranked_findings

PASSING = (GateConfig(measure="f1_macro", at_least=0.75),)


def test_the_card_survives_its_own_json(card: Card) -> None:
    assert Card.model_validate_json(card.model_dump_json()) == card


def test_a_failed_gate_gives_the_verdict_and_the_reason(card: Card) -> None:
    assert card.verdict == "fail"
    assert card.reason_key == "reasons.fail"
    assert card.reason_values == {"n_gates": 4, "n": 1, "measure": "recall_gap{attribute=gender}"}


def test_a_shown_disparity_makes_a_pass_conditional_and_does_not_change_it(make_card: Callable[..., Card]) -> None:
    card = make_card(gates=PASSING)
    accepted = conditions(card.audit, card.probes)
    assert card.verdict == "pass"
    assert {finding.values["class"] for finding in accepted} == {"nurse", "surgeon"}
    assert card.reason_key == "reasons.pass_with_conditions"
    assert card.reason_values["n_conditions"] == 2


def test_without_findings_a_pass_is_plain(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    card = make_card(gates=PASSING, audit=whole.audit.model_copy(update={"findings": ()}), probes=None)
    assert card.reason_key == "reasons.pass"


def test_what_people_left_out_is_listed(make_card: Callable[..., Card]) -> None:
    card = make_card(provided=CardConfig(owner="x", contact="  "))
    assert "owner" not in card.not_provided
    assert "contact" in card.not_provided
    assert len(card.not_provided) == len(ANSWERS) - 1  # all but the owner


def test_what_was_not_measured_depends_on_what_there_is(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    no_curve = whole.audit.model_copy(update={"curve": None})
    bare = make_card(audit=no_curve, probes=None, search=None, cleaning=None, gates=())
    assert {"probes", "search", "cleaning", "curve"} <= set(bare.not_measured)
    assert not {"probes", "search", "cleaning", "curve", "groups", "calibration"} & set(whole.not_measured)


def test_findings_come_by_severity(card: Card) -> None:
    severities = [finding.severity for finding in ranked_findings(card)]
    assert severities == sorted(severities, key=["high", "medium", "low", "info"].index)
    assert severities.count("high") == 2
