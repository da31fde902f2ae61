from collections.abc import Callable
from typing import Any

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.worst_served import worst_served


def gap(value: float, attribute: str, severity: Any = "high", label: str = "nurse", group: str = "male") -> Finding:
    values = {"class": label, "attribute": attribute, "gap": value, "low_group": group, "high_group": "female"}
    name = f"recall_gap{{class={label},attribute={attribute}}}"
    return Finding(
        severity=severity, kind="disparity", verdict="shown", key="recall_gap_shown", measures=(name,), values=values
    )


def said(card: Card, *found: Finding, language: str = "en") -> str:
    alone = card.model_copy(update={"audit": card.audit.model_copy(update={"findings": found}), "probes": None})
    return worst_served(context_of(alone, language))


@pytest.mark.parametrize(("language", "words", "crossed"), [
    ("en", "by a single column: male in “nurse”", "Wider gaps of crossed columns"),
    ("pt-BR", "por uma só coluna: male em “nurse”", "Diferenças maiores de colunas cruzadas"),
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


def test_without_a_gap_of_a_single_column_nobody_is_named(make_card: Callable[..., Card]) -> None:
    assert said(make_card(), gap(0.5, "gender+region")) == ""
