import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from boletim.contracts.results.audit import PrecisionCheck
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.page.html import render_html
from boletim.reports.page.section import sections
from boletim.reports.page.templates import template_source


class Page(HTMLParser):
    """Collects what matters and checks that tags match."""

    VOID = {"meta", "img", "br", "wbr", "link", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.scripts = 0
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.addresses += [str(given[name]) for name in ("src", "href", "action", "data", "poster") if name in given]
        assert not [name for name in given if name.startswith("on")]
        self.ids += [str(given["id"])] if "id" in given else []
        self.scripts += tag == "script"
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
    assert html.count("<script") == page.scripts == 1
    assert not page.tags & {"iframe", "object", "embed", "link", "base", "form"}
    assert "@import" not in html
    outside = [url for url in re.findall(r"url\(([^)]*)\)", html) if not url.strip("\"'").startswith("data:")]
    assert outside == []
    assert f'<html lang="{language}">' in html
    assert all(image.get("alt") for image in page.images)
    assert len(page.ids) == len(set(page.ids))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)


def test_every_section_is_drawn_in_the_order_of_its_number(card: Card) -> None:
    html = render_html(card, "en")
    context = context_of(card, "en")
    drawn = [section.name for section in sections() if section.build(context) is not None]
    places = [html.index(f'<section id="{name}"') for name in drawn]
    assert places == sorted(places)
    assert len(drawn) == html.count("<section id=") >= 15


def test_no_text_of_the_pack_leaks_a_slot(card: Card) -> None:
    text = re.sub(r"<style>.*?</style>", "", render_html(card, "pt-BR"), flags=re.DOTALL)
    slots = list(re.findall(r"\{[a-z_]+\}", re.sub(r"<[^>]+>", " ", text)))
    assert slots == []


def test_the_policy_allows_the_pages_own_style_and_script_alone(card: Card) -> None:
    html = render_html(card, "en")
    policy = unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[0])
    for name in ("style", "script"):
        (content,) = re.findall(rf"<{name}>(.*?)</{name}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert " style=" not in html


def test_headings_go_down_one_level_at_a_time_and_every_control_has_a_name(card: Card) -> None:
    html = render_html(card, "en")
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert re.findall(r"<main\b", html) == ["<main"]
    assert all(re.search(r"<label>[^<]+$", before) for before in html.split("<select")[:-1])
    assert all(re.findall(r"<button[^>]*>([^<]*)</button>", html))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance: (lighter + 0.05) / (darker + 0.05)."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_text_stands_out_from_what_it_stands_on() -> None:
    colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", template_source("card.css")))
    grounds = ["#ffffff", colors["pale"], colors["pass-tint"], colors["fail-tint"], colors["open-tint"]]
    assert contrast("#000000", "#ffffff") == 21
    assert all(contrast(colors["ink"], ground) >= 7 for ground in grounds)
    assert all(contrast(colors["muted"], ground) >= 4.5 for ground in grounds)
    for name in ("pass", "fail", "open", "accent"):
        tinted = colors.get(f"{name}-tint", colors["pale"])
        assert min(contrast(colors[name], "#ffffff"), contrast(colors[name], tinted)) >= 4.5


def test_rows_say_which_class_and_group_they_are_about(card: Card) -> None:
    html = render_html(card, "en")
    codes = dict(re.findall(r'<option value="([cg]\d+)">([^<]+)</option>', html))
    named = {name: code for code, name in codes.items()}
    assert {"nurse", "gender: female", "region: north"} <= set(named)
    rows = re.findall(r"<tr( data[^>]*)?>(.*?)</tr>", html, re.DOTALL)
    for tags, content in rows:
        title = re.sub(r"<[^>]+>", "", re.findall(r"<th[^>]*>(.*?)</th>", content, re.DOTALL)[0]).split("\n")[0].strip()
        if title in ("nurse", "Recall (nurse)"):
            assert re.search(rf'data-class="[^"]*\b{named["nurse"]}\b', tags)
    assert sum(title_tags != "" for title_tags, _ in rows) > 40


@pytest.mark.parametrize(
    ("language", "is_used", "expected"),
    [
        (
            "en",
            True,
            "Of 512 texts scored in fp32 too, 1 has another label, and a probability differs by at most 0.0071",
        ),
        ("en", False, "Scoring in bf16 was asked for and given up: of 512 texts scored both ways 1 has another label"),
        ("pt-BR", True, "uma probabilidade difere em no máximo 0,0071. As sondas usam fp32."),
    ],
)
def test_what_bf16_changed_is_on_the_card(make_card, audit, language, is_used, expected):
    check = PrecisionCheck(n=512, n_changed=1, largest_shift=0.0071, is_used=is_used)
    card = make_card(audit=audit.model_copy(update={"precision": check}))
    assert expected in render_html(card, language)
    assert "bf16" not in render_html(make_card(), language)
