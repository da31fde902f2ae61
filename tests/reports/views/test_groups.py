from collections.abc import Callable

import pytest

from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import Card
from boletim.reports.page.context import Context, context_of
from boletim.reports.views.groups import build
from boletim.reports.views.parts.group_tables import correlation_note


def with_measures(card: Card, *measures: Measure) -> Context:
    return context_of(card.model_copy(update={"audit": card.audit.model_copy(update={"measures": measures})}), "en")


def test_crossed_groups_that_are_all_judged_are_said_to_be(make_card: Callable[..., Card]) -> None:
    card = make_card()
    judged = [m.model_copy(update={"undefined_because": None}) for m in card.audit.measures]
    assert build(context_of(card, "en"))["crossed"].caption.endswith("figures not judged come last")
    assert build(with_measures(card, *judged))["crossed"].caption == "Crossed groups, the worst first"


@pytest.mark.parametrize(("low", "is_open"), [(-0.2, True), (0.1, False)])
def test_a_correlation_whose_interval_holds_zero_says_that_nothing_can_be_told(
    make_card: Callable[..., Card], low: float, is_open: bool
) -> None:
    name, scope = "recall_difference_share_correlation", {"gender": "female"}
    found = Measure(id=measure_id(name, scope), metric=name, value=0.3, low=low, high=0.7, n=9, scope=scope)
    text = correlation_note(with_measures(make_card(), found), "gender")
    assert "0.30 [" in text
    assert ("cannot be told" in text) is is_open
