from collections.abc import Callable
from typing import Any

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.worst_served import worst_served


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
    ("pt-BR", "male em relação a female em “nurse”, 30 pontos (26 a 34).", "diferenças maiores de grupos cruzados"),
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
