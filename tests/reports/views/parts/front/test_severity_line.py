"""The card explains each severity that it shows, and no rule by which it rated nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from boletim.contracts.finding import SEVERITY_OF, Finding
from boletim.contracts.language import known_languages
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.page.words import Words
from boletim.reports.views.parts.front.severity_line import severity_line

MADE: dict[str, Any] = {"kind": "data", "verdict": "shown", "key": "a_finding_of_the_users_own", "measures": ()}
OPEN: dict[str, Any] = MADE | {"verdict": "insufficient evidence"}


@pytest.fixture
def line(make_card: Callable[..., Card]) -> Callable[..., str]:
    """line(findings, code): what a card with these alone says of severity."""
    whole = make_card(probes=None)

    def said(*findings: Finding, code: str = "en") -> str:
        card = whole.model_copy(update={"audit": whole.audit.model_copy(update={"findings": findings})})
        return severity_line(context_of(card, code))

    return said


@pytest.mark.parametrize("code", known_languages())
def test_each_rule_is_said_under_its_level_where_it_rated_a_finding_and_nowhere_else(
    line: Callable[..., str], code: str
) -> None:
    words = Words.of(code)
    figures = {"points": "#", "twice": "#", "share": "#"}
    phrase = {rule: words.text(f"page_two.severity.rules.{rule}", **figures).split("#")[0] for rule in SEVERITY_OF}
    for rule, severity in SEVERITY_OF.items():
        made = OPEN if SEVERITY_OF[rule] != "high" else MADE
        said = line(Finding(rule=rule, **made), code=code)
        expected = {rule} if rule not in ("far_beyond", "beyond") else {"far_beyond", "beyond"}
        assert {other for other in SEVERITY_OF if phrase[other] in said} == expected
        level = words.text(f"page_two.levels.{severity}")
        assert phrase[rule] in said.partition(f"{level}: ")[2].partition(". ")[0]


def test_a_card_without_severities_says_none(line: Callable[..., str]) -> None:
    assert line() == line(Finding(**MADE)) == ""


def test_of_findings_made_by_an_older_version_no_rule_is_claimed(line: Callable[..., str]) -> None:
    said = line(Finding(severity="low", **MADE))
    assert "its rule is not recorded" in said
    assert "margin" not in said
    assert "its rule is not recorded" not in line(Finding(rule="beyond", **MADE))
