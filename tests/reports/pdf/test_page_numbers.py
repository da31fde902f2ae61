"""Printed page numbers are held against the finished layout, and a wrong one is printed right."""

import re
from types import SimpleNamespace
from typing import Any

from weasyprint import CSS, HTML

from boletim.contracts.results.card import Card
from boletim.reports.page.glyphs import NOWHERE
from boletim.reports.page.html import render_html
from boletim.reports.pdf.fetcher import BundledOnly
from boletim.reports.pdf.page_numbers import numbers_as_style, wrong_numbers

REFERENCES = ("Gates (p.\xa02)", "Gates (p. 2) (p. 2)", "Gates . . . . 2", "Gates .  .  . 2 .  .  . 2 .  . ")


def page(anchors: tuple[str, ...], *links: tuple[str, str, str]) -> Any:
    boxes = [(kind, target, (), SimpleNamespace(text=words, element=object())) for kind, target, words in links]
    return SimpleNamespace(anchors=dict.fromkeys(anchors, (0, 0)), links=boxes)


def test_a_number_that_the_layout_left_behind_is_found() -> None:
    for words in REFERENCES:
        front = page(("front",), ("internal", "gates", words))
        assert wrong_numbers([front, page(("gates",)), page(("gates",))]) == {}, words
        assert wrong_numbers([front, page(()), page(("gates",))]) == {"gates": 3}, words


def test_links_without_a_number_and_other_kinds_are_left_alone() -> None:
    front = page((), ("internal", "gates", "Gates of 2"), ("external", "gates", "Gates (p. 2)"))
    assert wrong_numbers([front, page(()), page(("gates",))]) == {}


def test_a_reference_that_breaks_over_lines_is_read_whole() -> None:
    element = object()
    boxes = [
        ("internal", "gates", (), SimpleNamespace(text=part, element=element)) for part in ("Gates (p.", "\xa02", ")")
    ]
    front = SimpleNamespace(anchors={}, links=boxes)
    assert wrong_numbers([front, page(()), page(("gates",))]) == {"gates": 3}


def test_the_style_prints_the_right_page_beside_each_form_of_reference(card: Card) -> None:
    html = render_html(card, "en", "pdf")
    targets = set(re.findall(r'<a class="(?:place|back)"[^>]* href="#([^"]+)"', html))
    targets |= set(re.findall(r'href="#([^"]+)"', html.split('class="toc"')[1].split("</ol>")[0]))
    made_up = dict.fromkeys(targets, 77)
    style = CSS(string=numbers_as_style(made_up), url_fetcher=BundledOnly())
    pages = list(HTML(string=html, base_url=NOWHERE, url_fetcher=BundledOnly()).render(stylesheets=[style]).pages)
    assert len(targets) > 10
    assert set(wrong_numbers(pages)) == targets
