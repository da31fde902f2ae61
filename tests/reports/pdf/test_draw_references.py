"""Every reference of a card on paper: the page printed beside it is the one on which its target stands."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from weasyprint import HTML

from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.page.glyphs import NOWHERE
from boletim.reports.page.html import render_html
from boletim.reports.pdf.fetcher import BundledOnly


def words_of(box: object) -> str:
    own = getattr(box, "text", "")
    return own + "".join(words_of(child) for child in getattr(box, "children", ()))


def laid_out(html: str) -> list[Any]:
    return list(HTML(string=html, base_url=NOWHERE, url_fetcher=BundledOnly()).render().pages)


def references(pages: list[Any]) -> Iterator[tuple[str, str, int]]:
    """Target, printed words and the page of the target, of every link inside the card."""
    places: dict[str, int] = {}
    for number, page in enumerate(pages, 1):
        for name in page.anchors:  # of what goes over several pages, on each
            places.setdefault(name, number)
    said: dict[int, tuple[str, str]] = {}
    for page in pages:
        for kind, target, _, box in page.links:
            if kind != "internal":
                continue
            key = id(box.element)  # a link that breaks over lines has a box on each
            said[key] = (target, said.get(key, ("", ""))[1] + words_of(box))
    for target, words in said.values():
        yield target, words, places[target]


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_page_beside_every_reference_is_that_of_its_target(card: Card, language: str) -> None:
    html = render_html(card, language, "pdf")
    word = context_of(card, language).text("tables.page")
    pages = laid_out(html)
    found = list(references(pages))
    marked = [one for one in found if re.search(rf"\({re.escape(word)}\s\d+\)", one[1])]
    listed = [one for one in found if one not in marked]
    assert len(marked) == len(re.findall(r'class="(?:place|back)"', html)) >= 40
    assert len(listed) == html.split('class="toc"')[1].split("</ol>")[0].count("<a ") >= 10
    printed = [(target, int(re.findall(r"\d+", words)[-1]), page) for target, words, page in found]
    assert [one for one in printed if one[1] != one[2]] == []
    heads = [[words_of(box) for box in page._page_box.descendants() if box.element_tag == "h2"] for page in pages]
    for title in re.findall(r'<li><span class="ordinal">\d*</span> <a href="#\w+">([^<]+)<', html):
        (at,) = [page for _, words, page in listed if words.startswith(title)]
        assert any(head.endswith(title) for head in heads[at - 1]), title
    assert len({page for _, _, page in printed}) >= 10, "or all targets stand on one page and nothing is tried"


def test_no_form_of_reference_stands_beside_the_other(card: Card) -> None:
    """One form: `Evidence (p. 11)`; neither a bare number in brackets nor the word in full."""
    for language, words in (("en", ("page",)), ("pt-BR", ("página", "pág."))):
        said = [words for _, words, _ in references(laid_out(render_html(card, language, "pdf")))]
        assert not [text for text in said if re.search(r"\(\d+\)\s*$", text) or any(f"({w} " in text for w in words)]
