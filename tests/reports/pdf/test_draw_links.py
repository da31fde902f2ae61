"""Links of page two on paper: the page that is printed beside each holds the row, not only the head of its section."""

import re
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.card.anchors import (
    NOT_MEASURED,
    SECTION_OF_ANSWERS,
    anchor_of,
    answer_anchor,
    proof_anchor,
    said_anchor,
)
from boletim.reports.card.findings import followed_up
from boletim.reports.crosswalk.clauses import load_crosswalk
from boletim.reports.page.context import Context, context_of
from boletim.reports.page.html import render_html
from boletim.reports.pdf.draw import render_pdf


def plain(text: str) -> str:
    """Without spaces and soft hyphens, which lines and ligatures move."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def told(context: Context, finding: Finding) -> str:
    """Words that stand in the row which proves a finding."""
    if finding.kind == "disparity":
        measure = context.evidence.get(finding.measures[0])
        assert measure is not None
        return context.numbers.figure(measure)
    return context.claim(finding)[:60]


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_page_beside_every_link_holds_its_row(card: Card, language: str) -> None:
    reader = PdfReader(BytesIO(render_pdf(card, language, {})))
    pages = [plain(page.extract_text()) for page in reader.pages]
    place = {name: reader.get_destination_page_number(at) for name, at in reader.named_destinations.items()}
    context = context_of(card, language)
    word, page = context.text("page_two.evidence"), re.escape(context.text("tables.page"))
    printed = [int(n) for text in pages[:3] for n in re.findall(rf"{word}\({page}(\d+)\)", text)]
    expected = []
    for finding in followed_up(card):
        anchor = anchor_of(finding.measures[0]) if finding.kind == "disparity" else proof_anchor(card, finding)
        if not anchor:  # its section is its proof
            continue
        expected.append(place[anchor] + 1)
        assert plain(told(context, finding)) in pages[place[anchor]]
    assert len(expected) >= 3
    assert card.probes is not None
    for probe in card.probes.probes:
        at = place[said_anchor(card, probe)]
        expected.append(at + 1)
        first = context.claim(probe.findings[0]) if probe.findings else context.text(f"probes.{probe.probe}.name")
        assert plain(first)[:60] in pages[at]
    for number in set(expected):
        assert printed.count(number) >= expected.count(number)
    assert len(set(expected)) > 1, "or all rows stand on one page and nothing is tried"


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_page_beside_a_clause_holds_the_answer_that_it_rests_on(card: Card, language: str) -> None:
    reader = PdfReader(BytesIO(render_pdf(card, language, {})))
    pages = [plain(page.extract_text()) for page in reader.pages]
    place = {name: reader.get_destination_page_number(at) for name, at in reader.named_destinations.items()}
    context = context_of(card, language)
    html = render_html(card, language, "pdf")
    told = html.split('id="crosswalk"')[1].split("</section>")[0]
    links = re.findall(r'class="place" href="#([\w-]+)"[^>]*>([^<]+)<', told)
    printed = "".join(pages)
    assert len({address for address, _ in links if address.startswith("answer-")}) >= 4
    for address, title in links:
        at = place[address]
        answer = address.removeprefix("answer-")
        held = getattr(context.card.provided, answer) if answer != address else unescape(title)
        held = context.text("facts.not_provided") if held is None else held
        if address != "page_one":
            assert plain(held)[:40] in pages[at], address
        assert f"{plain(unescape(title))}({context.text('tables.page')}{at + 1})" in printed, address


def test_every_answer_stands_in_the_section_that_is_named_for_it(card: Card) -> None:
    html = render_html(card, "en")
    for section, answers in SECTION_OF_ANSWERS.items():
        inside = html.split(f'id="{section}"')[1].split("</section>")[0]
        assert [name for name in answers if f'id="{answer_anchor(name)}"' not in inside] == []
    assert {name for answers in SECTION_OF_ANSWERS.values() for name in answers} >= {
        answer
        for framework in load_crosswalk().frameworks
        for clause in framework.clauses
        for answer in clause.answers
        if answer not in ("signatory", "decision")
    }


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_head_of_calibration_stands_on_the_page_of_its_table(card: Card, language: str) -> None:
    reader = PdfReader(BytesIO(render_pdf(card, language, {})))
    place = {name: reader.get_destination_page_number(at) for name, at in reader.named_destinations.items()}
    page = plain(reader.pages[place["calibration"]].extract_text())
    words = context_of(card, language)
    assert plain(words.text("performance.calibration_title")) in page
    assert plain(words.text("performance.reliability_table"))[:30] in page


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_page_beside_a_finding_holds_its_figures_and_that_of_what_was_not_measured_the_reasons(
    card: Card, language: str
) -> None:
    """Rounded as the finding has them: a page that says 0.07 does not hold 0.067."""
    reader = PdfReader(BytesIO(render_pdf(card, language, {})))
    pages = [page.extract_text() for page in reader.pages]
    place = {name: reader.get_destination_page_number(at) for name, at in reader.named_destinations.items()}
    context = context_of(card, language)
    found = [f for f in card.audit.findings if f.kind in ("slice", "calibration") and f.key != "slices_none"]
    assert "calibration" in {finding.kind for finding in found}
    for finding in found:
        anchor = "calibration" if finding.kind == "calibration" else proof_anchor(card, finding)
        for figure in re.findall(r"\d+[.,]\d+", context.claim(finding)):
            assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?!\d)", pages[place[anchor]]), (finding.kind, figure)
    at = place[NOT_MEASURED]
    why = f"{context.text('page_two.why')} ({context.text('tables.page')} {at + 1})"
    assert plain(why) in plain("".join(pages[1:3]))
    for key in card.not_measured:
        assert plain(context.text(f"not_measured.{key}.text"))[:40] in plain(pages[at] + pages[at + 1])
