"""Every figure of the table class by class stands beside the n that is behind it."""

from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.page.numbers import NARROW
from boletim.reports.views.performance import build


def test_true_and_predicted_ones_of_a_class_are_counted_apart(card: Card) -> None:
    of_nurse = {m.metric: m for m in card.audit.measures if m.scope == {"class": "nurse"}}
    others = tuple(m for m in card.audit.measures if m is not of_nurse["precision"])
    precision = of_nurse["precision"].model_copy(update={"n": of_nurse["recall"].n + 200})
    card = card.model_copy(update={"audit": card.audit.model_copy(update={"measures": (*others, precision)})})
    context = context_of(card, "en")
    table = build(context)["class_table"]
    heads = [title for title, _ in table.columns]
    row = next(row for row in table.rows if row[0].text == "nurse")
    found = dict(zip(heads, row, strict=True))
    assert found["n"].text == f"{of_nurse['recall'].n}{NARROW}/ {precision.n}"
    assert "n: true (recall) / predicted (precision); F1: both; AUC: all texts" in table.caption
