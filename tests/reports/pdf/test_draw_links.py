"""Links of page two on paper: the page that is printed beside each holds the row, not only the head of its section."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.card.anchors import anchor_of, probe_anchor, proof_anchor
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import Context, context_of
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
    word = context.text("page_two.evidence")
    printed = [int(n) for text in pages[:3] for n in re.findall(rf"{word}\((\d+)\)", text)]
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
        at = place[probe_anchor(probe.probe)]
        expected.append(at + 1)
        assert plain(context.text(f"probes.{probe.probe}.name")) in pages[at]
    for number in set(expected):
        assert printed.count(number) >= expected.count(number)
    assert len(set(expected)) > 1, "or all rows stand on one page and nothing is tried"
