from collections.abc import Callable

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.card.anchors import ON_PAGE_TWO
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import context_of
from boletim.reports.views.contents import build
from boletim.reports.views.parts.people import finding_in_words

FAILED = GateConfig(measure="recall_gap{attribute=gender}", at_most=0.10)
PASSED = GateConfig(measure="f1_macro", at_least=0.1)


def test_the_gates_stand_the_worst_first_as_the_notes_say(make_card: Callable[..., Card]) -> None:
    table = build(context_of(make_card(gates=(PASSED, FAILED)), "en"))["gates"]
    assert [row[0].note for row in table.rows] == [FAILED.measure, PASSED.measure]


def test_further_findings_are_those_that_page_two_neither_tells_nor_asks(make_card: Callable[..., Card]) -> None:
    card = make_card()
    better = Finding(severity="info", kind="baseline", verdict="shown absent", measures=(), key="baseline_beaten",
                     values={"label": "chef", "accuracy": 0.9, "baseline_accuracy": 0.2, "f1_macro": 0.9,
                             "baseline_f1_macro": 0.1})  # fmt: skip
    audit = card.audit.model_copy(update={"findings": (*card.audit.findings, better)})
    card = card.model_copy(update={"audit": audit})
    context = context_of(card, "en")
    rows = {row[0].text: row[1].badge.text for row in build(context)["findings"].rows}
    told = {finding_in_words(context, finding) for finding in followed_up(card)[:ON_PAGE_TWO]}
    opened = {context.claim(f) for f in audit.findings if f.verdict == "insufficient evidence"}
    assert told
    assert opened
    assert not (told | opened) & set(rows)
    assert rows[context.claim(better)] == "Fault shown absent", "the verdict is on the fault, as in audit.json"


def test_names_of_classes_are_said_to_be_untranslated_only_where_some_are(make_card: Callable[..., Card]) -> None:
    card = make_card().model_copy(update={"language": "pt-BR"})
    said = "So do the names of classes that the owner did not translate."
    assert any(said in note for note in build(context_of(card, "en"))["notes"])
    names = {"en": {label: f"the {label}" for label in card.audit.facts.labels}}
    named = card.model_copy(update={"provided": card.provided.model_copy(update={"names": names})})
    assert not any(said in note for note in build(context_of(named, "en"))["notes"])
