from collections.abc import Callable

import pytest

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.people import figure_in_words, gate_in_words


@pytest.mark.parametrize(("language", "one", "several"), [
    ("en", "1 point", "2 points"), ("pt-BR", "1 ponto", "2 pontos"),
])  # fmt: skip
def test_one_point_is_not_said_as_several(card: Card, language: str, one: str, several: str) -> None:
    gap = Measure(
        id="accuracy_gap{attribute=g}",
        metric="accuracy_gap",
        scope={"attribute": "g"},
        value=0.0096,
        unit="difference",
        n=100,
    )
    context = context_of(card, language)
    assert figure_in_words(context, 0.0096, gap) == one
    assert figure_in_words(context, 0.0204, gap) == several


NURSE = "recall_gap{class=nurse,attribute=gender}"


@pytest.mark.parametrize(("language", "words"), [("en", "Counted: "), ("pt-BR", "Contagem: ")])
def test_a_failed_gate_is_counted_where_its_shares_are_counts(
    make_card: Callable[..., Card], language: str, words: str
) -> None:
    card = make_card(gates=(GateConfig(measure=NURSE, at_most=0.01),))
    (gate,) = card.gates
    found = next(f for f in card.audit.findings if f.measures[:1] == (NURSE,))
    values = {name: int(found.values[name] or 0) for name in ("low_n", "high_n")}
    hits = round(float(found.values["low_value"] or 0.0) * values["low_n"])
    said = gate_in_words(context_of(card, language), gate)
    assert words in said
    assert f" {hits} " in said
    assert f" {values['low_n']} " in said
    assert words not in gate_in_words(context_of(changed(card, low_value=0.7731), language), gate)
    settings = card.audit.facts.settings.model_copy(update={"is_weighted": True})
    facts = card.audit.facts.model_copy(update={"settings": settings})
    weighted = card.model_copy(update={"audit": card.audit.model_copy(update={"facts": facts})})
    assert words not in gate_in_words(context_of(weighted, language), gate)


def changed(card: Card, **values: float) -> Card:
    findings = tuple(
        f.model_copy(update={"values": f.values | values}) if f.measures[:1] == (NURSE,) else f
        for f in card.audit.findings
    )
    return card.model_copy(update={"audit": card.audit.model_copy(update={"findings": findings})})
