"""Every group of every column is in one picture, beside the figure of all texts."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.group_picture import group_picture


def drawn(card: Card, language: str, columns: list[str]) -> list[str]:
    picture = group_picture(context_of(card, language), columns)
    assert picture is not None
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)]


@pytest.mark.parametrize(("language", "everybody"), [("en", "all texts"), ("pt-BR", "todos os textos")])
def test_all_groups_of_all_columns_are_drawn_with_their_figures(card: Card, language: str, everybody: str) -> None:
    texts, context = drawn(card, language, ["gender", "region"]), context_of(card, language)
    assert everybody in texts
    measures = [m for m in card.audit.measures if m.metric == "accuracy" and len(m.scope) == 1]
    assert {next(iter(m.scope)) for m in measures} == {"gender", "region"}
    for measure in measures:
        ((column, group),) = measure.scope.items()
        assert f"{column}: {context.names.one(group)}" in texts
        assert context.numbers.with_n(measure) in texts


def test_of_many_groups_the_worst_of_each_column_are_drawn_and_counted(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    model = next(m for m in whole.audit.measures if m.metric == "accuracy" and set(m.scope) == {"region"})
    many = [
        model.model_copy(update={"id": f"accuracy{{{n}}}", "value": 0.5 + n / 100, "scope": {"region": f"r{n:02}"}})
        for n in range(40)
    ]
    kept = [m for m in whole.audit.measures if not (m.metric == "accuracy" and "region" in m.scope)]
    card = make_card(audit=whole.audit.model_copy(update={"measures": (*kept, *many)}))
    picture = group_picture(context_of(card, "en"), ["region"])
    assert picture is not None
    assert "24 of 40" in picture.caption
    assert "region: r00" in picture.svg
    assert "region: r24" not in picture.svg


def test_without_groups_there_is_none(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    plain = tuple(m for m in whole.audit.measures if not m.scope)
    card = make_card(audit=whole.audit.model_copy(update={"measures": plain}), gates=())
    assert group_picture(context_of(card, "en"), []) is None
