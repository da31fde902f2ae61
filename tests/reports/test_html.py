import re
from html.parser import HTMLParser

import pytest

from boletim.contracts.card import Card
from reports.html import render_html, section_names


class Page(HTMLParser):
    """Collects what matters and checks that tags match."""

    VOID = {"meta", "img", "br", "link", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.addresses += [str(given[name]) for name in ("src", "href", "action", "data", "poster") if name in given]
        assert not [name for name in given if name.startswith("on")]
        self.ids += [str(given["id"])] if "id" in given else []
        self.images += [given] if tag == "img" else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_page_needs_nothing_beside_it(card: Card, language: str) -> None:
    html = render_html(card, language)
    page = Page()
    page.feed(html)
    assert page.open == []
    assert all(address.startswith(("data:image/svg+xml;base64,", "#")) for address in page.addresses)
    assert not page.tags & {"script", "iframe", "object", "embed", "link", "base", "form"}
    assert "@import" not in html
    outside = [url for url in re.findall(r"url\(([^)]*)\)", html) if not url.strip("\"'").startswith("data:")]
    assert outside == []
    assert f'<html lang="{language}">' in html
    assert all(image.get("alt") for image in page.images)
    assert len(page.ids) == len(set(page.ids))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)


def test_every_section_is_drawn_in_the_order_of_its_number(card: Card) -> None:
    html = render_html(card, "en")
    places = [html.index(f'<section id="{name}"') for _, name in section_names()]
    assert places == sorted(places)


def test_no_text_of_the_pack_leaks_a_slot(card: Card) -> None:
    text = re.sub(r"<style>.*?</style>", "", render_html(card, "pt-BR"), flags=re.DOTALL)
    slots = list(re.findall(r"\{[a-z_]+\}", re.sub(r"<[^>]+>", " ", text)))
    assert slots == []
