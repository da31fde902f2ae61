"""What stands on the card of a model behind an API: each sentence where its figures are there, and not otherwise."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.results.card import Card
from boletim.reports.page.html import render_html

REFUSED = "A refusal is no answer and no class"
NONE = "No answer is one of the refusals that were listed (I cannot answer)."
REPEATED = "The same text was asked several times (column asked)"
SAID = {
    "model": "vendor/large-3", "date": "2026-11-01", "temperature": 0.2, "refusals": ["I cannot answer"],
    "repeats": "asked",
}  # fmt: skip


def rate(metric: str, value: float, n: int, **scope: str) -> Measure:
    limits = {"low": value / 2, "high": min(1.0, 2 * value), "level": 0.95}
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, n=n, scope=scope, **limits)


@pytest.fixture
def told(make_card: Callable[..., Card], audit: AuditResult) -> Callable[..., str]:
    def tell(measures: list[Measure], said: dict[str, Any] | None, language: str = "en") -> str:
        card = make_card(audit=audit.model_copy(update={"measures": (*audit.measures, *measures)}))
        card = card.model_copy(update={"data": card.data | ({"produced_by": said} if said else {})})
        return " ".join(re.sub(r"<[^>]+>", " ", render_html(card, language)).split())

    return tell


def test_refusals_and_repeats_are_said_where_they_were_counted(told: Callable[..., str]) -> None:
    text = told([rate("refusal_rate", 0.042, 500), rate("disagreement", 0.11, 120)], SAID)
    assert REFUSED in text
    assert REPEATED in text
    assert NONE not in text
    assert "vendor/large-3" in text


def test_nothing_is_said_of_what_was_not_counted(told: Callable[..., str]) -> None:
    text = told([], SAID)
    assert NONE in text
    assert REFUSED not in text
    assert REPEATED not in text


def test_without_the_owners_word_there_is_no_such_section(told: Callable[..., str]) -> None:
    text = told([], None)
    assert "Which model gave the answers" not in text
    assert NONE not in text


def test_it_is_said_in_portuguese_too(told: Callable[..., str]) -> None:
    text = told([rate("refusal_rate", 0.042, 500)], SAID, "pt-BR")
    assert "vendor/large-3" in text
    assert REFUSED not in text
