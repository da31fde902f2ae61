from collections.abc import Callable
from typing import Any

import pytest

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.worst_served import repeated_by, worst_on_page_one, worst_served


def gap(value: float, attribute: str, severity: Any = "high", label: str = "nurse", group: str = "male") -> Finding:
    values = {"class": label, "attribute": attribute, "gap": value, "gap_low": value - 0.04, "gap_high": value + 0.04,
              "low_group": group, "high_group": "female"}  # fmt: skip
    name = f"recall_gap{{class={label},attribute={attribute}}}"
    return Finding(
        severity=severity, kind="disparity", verdict="shown", key="recall_gap_shown", measures=(name,), values=values
    )


def said(card: Card, *found: Finding, language: str = "en") -> str:
    alone = card.model_copy(update={"audit": card.audit.model_copy(update={"findings": found}), "probes": None})
    return worst_served(context_of(alone, language))


@pytest.mark.parametrize(("language", "words", "crossed"), [
    ("en", "single column: male against female in “nurse”, 30 points (26 to 34).", "wider gaps of crossed groups"),
    ("pt-BR", "male em relação a female em “nurse”, 30 pontos (26 a 34).", "As maiores, de grupos cruzados"),
])  # fmt: skip
def test_the_widest_gap_of_a_single_column_names_its_group(
    make_card: Callable[..., Card], language: str, words: str, crossed: str
) -> None:
    card = make_card()
    smaller = gap(0.2, "gender", label="chef", group="female")
    wider = gap(0.5, "gender+region", "low", group="male × north")
    text = said(card, smaller, gap(0.3, "gender"), wider, language=language)
    assert words in text
    assert crossed in text
    assert crossed not in said(card, gap(0.3, "gender"), gap(0.25, "gender+region", "low"), language=language)
    assert crossed not in said(card, gap(0.3, "gender"), gap(0.5, "gender+region", "high"), language=language)
    assert crossed not in said(card, gap(0.3, "gender"), gap(0.5, "gender+region", "low", "chef"), language=language)


def test_wider_gaps_are_called_low_only_where_all_of_them_are(make_card: Callable[..., Card]) -> None:
    low, severe = gap(0.5, "gender+region", "low"), gap(0.6, "gender+region", "high")
    assert "wider gaps" in said(make_card(), gap(0.3, "gender"), low)
    assert "wider gaps" not in said(make_card(), gap(0.3, "gender"), low, severe)


@pytest.mark.parametrize(("other", "is_open"), [(0.25, True), (0.2, False)])
def test_the_widest_is_not_ranked_above_one_whose_interval_overlaps(
    make_card: Callable[..., Card], other: float, is_open: bool
) -> None:
    text = said(make_card(), gap(0.3, "gender"), gap(other, "gender", label="chef", group="female"))
    assert ("Another may be as wide" in text) is is_open


def test_without_a_gap_of_a_single_column_nobody_is_named(make_card: Callable[..., Card]) -> None:
    assert said(make_card(), gap(0.5, "gender+region")) == ""


def recognised(label: str, group: str, value: float, low: float, high: float) -> tuple[Finding, Measure]:
    scope = {"class": label, "gender": group}
    of = Measure(id=measure_id("recall", scope), metric="recall", value=value, low=low, high=high, n=97, level=0.95,
                 scope=scope)  # fmt: skip
    found = gap(0.3, "gender", label=label, group=group)
    values = {**found.values, "low_value": value, "low_n": 97}
    return found.model_copy(update={"values": values, "measures": (*found.measures, of.id)}), of


@pytest.mark.parametrize(("language", "kind", "low", "told"), [
    ("en", "one_label", 0.55, "one column at a time (gender, region): male in “juggler” (no gate), 63% (53 to 72%) of "
     "97 texts; female in “miner”, 64% (55 to 80%) of 97 texts. Which of the two is worse cannot be told."),
    ("en", "one_label", 0.73,
     "one column at a time (gender, region): male in “juggler” (no gate), 63% (53 to 72%) of 97 texts."),
    ("pt-BR", "one_label", 0.55, "male em “juggler” (sem critério), 63% (53 a 72%) de 97 textos; female em “miner”, "),
    ("en", "spans", 0.55, "Found least among groups with a shown gap, one column at a time (gender, region): "
     "male in “juggler” (no gate), 63% (53 to 72%) of 97 entities; female in “miner”"),
    ("pt-BR", "spans", 0.55, "Menos achadas entre as diferenças demonstradas, uma característica por vez (gender, "
     "region): male em “juggler” (sem critério), 63% (53 a 72%) de 97 entidades; female em “miner”"),
])  # fmt: skip
def test_page_one_names_who_is_served_worst_and_ranks_only_intervals_apart(
    make_card: Callable[..., Card], language: str, kind: str, low: float, told: str
) -> None:
    (one, of_one), (two, of_two) = (
        recognised("juggler", "male", 0.63, 0.53, 0.72), recognised("miner", "female", 0.64, low, 0.8),
    )  # fmt: skip
    card = make_card(gates=())
    facts = card.audit.facts.model_copy(update={"kind": kind})
    told_of = {"findings": (two, one), "measures": (*card.audit.measures, of_one, of_two), "facts": facts}
    audit = card.audit.model_copy(update=told_of)
    outcome = make_card(gates=(GateConfig(measure="f1_macro", at_least=0.1),)).gates[0]
    gates = (outcome.model_copy(update={"measure": two.measures[0]}),)
    context = context_of(card.model_copy(update={"audit": audit, "probes": None, "gates": gates}), language)
    assert told in worst_on_page_one(context)
    three, of_three = recognised("potter", "female", 0.65, low, 0.8)
    third = {"findings": (two, one, three), "measures": (*audit.measures, of_three)}
    more = context.card.model_copy(update={"audit": audit.model_copy(update=third)})
    assert ("1 more. Which is the worst cannot be told" in worst_on_page_one(context_of(more, "en"))) is (low < 0.7)


def crossed_group(label: str, value: float, low: float, high: float) -> tuple[Finding, Measure]:
    scope = {"class": label, "gender": "male", "region": "north"}
    _, alone = recognised(label, "male", value, low, high)
    of = alone.model_copy(update={"id": measure_id("recall", scope), "scope": scope, "n": 33})
    found = gap(0.45, "gender+region", "low", label=label, group="male × north")
    values = {**found.values, "low_value": value, "low_n": 33}
    return found.model_copy(update={"values": values, "measures": (*found.measures, of.id)}), of


@pytest.mark.parametrize(("low", "is_told"), [(0.4, True), (0.75, False)])
def test_a_crossed_group_is_not_the_lowest_beyond_doubt_where_another_may_be(
    make_card: Callable[..., Card], low: float, is_told: bool
) -> None:
    (one, of_one), (two, of_two) = crossed_group("nurse", 0.55, 0.38, 0.7), crossed_group("chef", 0.8, low, 0.9)
    card = make_card(gates=())
    audit = card.audit.model_copy(update={"findings": (one, two), "measures": (*card.audit.measures, of_one, of_two)})
    text = worst_on_page_one(context_of(card.model_copy(update={"audit": audit, "probes": None}), "en"))
    assert "55% (38 to 70%) of 33 texts (finding 1)" in text
    assert ("another may be as low" in text) is is_told


@pytest.mark.parametrize(("value", "is_told"), [(0.55, True), (0.7, False)])
def test_page_one_names_a_crossed_group_where_it_is_recognised_less(
    make_card: Callable[..., Card], value: float, is_told: bool
) -> None:
    one, of_one = recognised("nurse", "male", 0.63, 0.53, 0.72)
    scope = {"class": "nurse", "gender": "male", "region": "north"}
    figures = {"value": value, "low": 0.38, "high": 0.8, "n": 33}
    of_two = of_one.model_copy(update={"id": measure_id("recall", scope), "scope": scope, **figures})
    two = gap(0.45, "gender+region", "low", group="male × north")
    values = {**two.values, "low_value": value, "low_n": 33}
    crossed = two.model_copy(update={"values": values, "measures": (*two.measures, of_two.id)})
    card = make_card(gates=())
    measures = (*card.audit.measures, of_one, of_two)
    audit = card.audit.model_copy(update={"findings": (one, crossed), "measures": measures})
    text = worst_on_page_one(context_of(card.model_copy(update={"audit": audit, "probes": None}), "en"))
    lowest = (
        "Lowest of the crossed groups with a shown gap: "
        "male × north in “nurse”, 55% (38 to 80%) of 33 texts (finding 2)."
    )
    assert (lowest in text) is is_told
    assert repeated_by(crossed, [crossed, one]) == one
    assert repeated_by(one, [crossed, one]) is None
