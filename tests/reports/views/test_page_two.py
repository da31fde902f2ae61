import re
from collections.abc import Callable
from html import unescape

import pytest

from boletim.audit.findings import curve_finding
from boletim.audit.training.curve_advice import advice
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.results.card import Card
from boletim.reports.card.anchors import anchor_of
from boletim.reports.card.findings import followed_up
from boletim.reports.page.html import render_html
from tests.reports.sample_checks import n_questions


def section(html: str, name: str) -> str:
    return html.split(f'<section id="{name}"')[1].split("</section>")[0]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("medium", ["html", "pdf"])
def test_every_finding_leads_to_the_row_that_proves_it_and_back(card: Card, language: str, medium: str) -> None:
    html = render_html(card, language, medium)
    found = followed_up(card)
    assert found
    page = section(html, "page_two")
    for place, finding in enumerate(found, 1):
        row = page.split(f'id="finding-{place}"')[1].split("</tr>")[0]
        address = re.findall(r'href="#([^"]+)"', row)[0]
        assert html.count(f'id="{address}"') == 1
        if finding.kind == "disparity":
            assert address == anchor_of(finding.measures[0])
            proof = html.split(f'id="{address}"')[1].split("</tr>")[0]
            assert f'href="#finding-{place}"' in proof


def test_every_open_question_is_counted_with_the_examples_that_would_decide_it(card: Card) -> None:
    """With one question for what each shown finding leaves open, and one for all slices that are."""
    n_open = n_questions(card)
    text = words(section(render_html(card, "en"), "page_two"))
    assert n_open
    assert f"What the data leave open (questions: {n_open})" in text
    assert re.search(r"About [\d,]+ .* would decide it; there are \d", text)


def test_a_shown_gap_that_no_gate_judges_says_so(make_card: Callable[..., Card]) -> None:
    card = make_card(gates=())
    n = sum(finding.kind == "disparity" for finding in followed_up(card))
    assert words(section(render_html(card, "en"), "page_two")).count("No gate was set for it.") == n > 0


@pytest.mark.parametrize("bar", [0.01, 0.05])
def test_a_finding_whose_gate_failed_says_so(make_card: Callable[..., Card], bar: float) -> None:
    shown = next(f for f in followed_up(make_card(gates=())) if f.kind == "disparity")
    card = make_card(gates=(GateConfig(measure=shown.measures[0], at_most=bar),))
    assert card.gates[0].status == "fail"
    text = words(section(render_html(card, "en"), "page_two"))
    assert text.count("Its gate failed.") == 1
    assert "Its gate failed." not in words(section(render_html(make_card(gates=()), "en"), "page_two"))


def test_what_is_missing_is_named(card: Card) -> None:
    text = words(section(render_html(card, "en"), "page_two"))
    assert f"Not measured ({len(card.not_measured)})" in text
    assert f"Not provided by the owner ({len(card.not_provided)})" in text
    assert "Severity. High: a gap or shift was shown, its whole interval beyond 10 points" in text


def test_a_remedy_that_the_search_refuted_is_not_proposed(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    assert whole.audit.curve is not None
    causes, remedies = advice("overfitting", ("lower epochs",))
    curve = whole.audit.curve.model_copy(update={"diagnosis": "overfitting", "causes": causes, "remedies": remedies})
    finding = curve_finding(curve)
    audit = whole.audit.model_copy(update={"curve": curve, "findings": (*whole.audit.findings, finding)})
    text = words(section(render_html(make_card(audit=audit), "en"), "page_two"))
    assert "Add training data; more weight decay; a simpler model." in text
    assert "top earlier" not in text
