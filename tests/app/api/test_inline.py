"""The card in a notebook: the executive pages, small, with nothing that runs or fetches."""

import html
import re

import boletim


def frame_of(report: boletim.Report) -> str:
    shown = report._repr_html_()
    frame = r'<iframe srcdoc="([^"<>]*)" title="[^"<>]*" sandbox="allow-same-origin" style="[^"<>]*"></iframe>'
    found = re.fullmatch(frame, shown)
    assert found
    return html.unescape(found[1])


def test_the_executive_pages_are_small_and_whole() -> None:
    rows = {"label": ["a", "b"] * 60, "predicted": ["a", "b", "b", "b"] * 30, "g": ["x", "y", "y"] * 40}
    gates = [{"measure": "accuracy", "at_least": 0.5}]
    report = boletim.evaluate(rows, groups=["g"], gates=gates, card={"title": "<b>x"})
    page = frame_of(report)
    assert len(page) < 100_000
    sections = re.findall(r'<section id="(\w+)"', page)
    assert sections == ["page_one", "page_two"]
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r' id="([^"]+)"', page))
    assert page.count("<section") == page.count("</section>")
    assert not re.search(r"<script|@font-face|https?://(?!www\.w3\.org)|<b>x", page)
