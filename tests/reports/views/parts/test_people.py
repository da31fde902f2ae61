import pytest

from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.people import figure_in_words


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
