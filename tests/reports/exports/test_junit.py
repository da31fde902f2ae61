from xml.etree import ElementTree

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.meaning import message
from boletim.contracts.results.card import GateOutcome
from boletim.reports.exports.junit import render_junit


def test_no_gate_is_green_for_lack_of_evidence(make_card, card) -> None:
    suite = ElementTree.fromstring(render_junit(card))
    by_status = {status: [g for g in card.gates if g.status == status] for status in ("fail", "insufficient evidence")}
    assert int(suite.get("tests")) == len(card.gates) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == len(by_status["fail"])
    assert int(suite.get("errors")) == len(suite.findall("testcase/error")) == len(by_status["insufficient evidence"])
    green = [case.get("name") for case in suite.findall("testcase") if not len(case)]
    assert len(green) == sum(gate.status == "pass" for gate in card.gates)


def test_hostile_names_stay_text(make_card) -> None:
    gate = GateConfig(measure="recall{class=<b>&\"'}", at_least=0.5)
    card = make_card(gates=())
    outcome = {"measure": gate.measure, "bar": "at_least", "threshold": 0.5, "value": 0.1, "low": 0.0, "high": 0.2}
    hostile = GateOutcome(**outcome, n=10, status="fail", because=message("]]><evil/>"))
    suite = ElementTree.fromstring(render_junit(card.model_copy(update={"gates": (hostile,)})))
    assert suite.find("testcase").get("name").startswith(gate.measure)
    assert suite.find("testcase/failure").get("message").endswith("]]><evil/>")
    assert suite.find(".//evil") is None
    zero = hostile.model_copy(update={"measure": "recall{class=a\x00b}"})
    suite = ElementTree.fromstring(render_junit(card.model_copy(update={"gates": (zero,)})))
    assert "\N{REPLACEMENT CHARACTER}" in suite.find("testcase").get("name")
