"""Names and answers come from data and from people: whatever is in them must come out as text."""

import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from weasyprint.urls import URLFetcher

from boletim.contracts.results.card import Card
from boletim.reports.exports.junit import render_junit
from boletim.reports.page.templates import template_source
from boletim.reports.pdf.draw import render_pdf
from boletim.reports.pdf.process import draw_pdf
from boletim.reports.render import render_card

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=http://evil.invalid/a.png onerror=x>",
    "<link rel=attachment href=file:///etc/passwd>",
    "</style><style>@import url(http://evil.invalid/b.css)",
    "{{ 7*7 }}{% for x in ().__class__ %}",
    "{value.__class__} {0!r} %(x)s",
    "]]></text><image href='file:///etc/passwd'/><text>",
    "a\x00b\x1bc\u202ed\u200fe\ufeff",
    "\ud800 lone surrogate",
    "W" * 900,
    "你好 עברית العربية 👩‍🚀",
    "=cmd|' /C calc'!A0",
    "javascript:alert(1) file:///etc/passwd url(http://evil.invalid)",
    "$\\bad{$ \\input{x} & % # _",
    "a'b\"c`d --> <!-- ",
)


def poison(value: Any, names: dict[str, str]) -> Any:
    """The same JSON with names replaced, as keys and inside ids too."""
    if isinstance(value, dict):
        return {names.get(key, key): poison(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [poison(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


@pytest.fixture
def hostile_card(make_card: Callable[..., Card]) -> Card:
    whole = make_card()
    names = dict(zip((*whole.model.labels, "female", "male", "another", "region", "gender"), HOSTILE, strict=False))
    content = whole.model_dump(mode="json")
    probes = content.pop("probes")
    poisoned = poison(content, names) | {"probes": probes}
    for place, profession in enumerate(probes["probes"][0]["data"]["professions"].values()):
        profession["female"] = profession["male"] = HOSTILE[place]
    probes["probes"][0]["data"]["examples"][0]["female"] = " ".join(HOSTILE)
    for field in ("title", "owner", "intended_use", "signatory", "limitations", "contact"):
        poisoned["provided"][field] = " ".join(HOSTILE)
    poisoned["audit"]["findings"][0]["key"] = "no_such_key"
    poisoned["audit"]["findings"][0]["values"] = {"low_group": " ".join(HOSTILE)}
    poisoned["provenance"]["command"] = HOSTILE[3]
    return Card.model_validate(poisoned)


def test_hostile_text_stays_text_in_every_format(
    hostile_card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    original = URLFetcher.fetch

    def watch(self: URLFetcher, url: str, headers: Any = None) -> Any:
        fetched.append(url)
        return original(self, url, headers)

    monkeypatch.setattr(URLFetcher, "fetch", watch)
    monkeypatch.setattr("boletim.reports.render.draw_pdf", render_pdf)  # in this process, where it can be watched
    render_card(hostile_card, tmp_path, ("en", "pt-BR"), {"pdf", "html", "md", "bom"}, {"card.json": b"{}"})
    assert all(url.startswith("data:") for url in fetched)
    html = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert not re.search(r"<(link|iframe|object|base)\b", html)
    assert re.findall(r"<script.*?</script>", html, re.DOTALL) == [f"<script>{template_source('screen.js')}</script>"]
    assert "{{ 7*7 }}" in unescape(html)
    assert html.count("<style>") == html.count("</style>") == 1
    assert not re.search(r"<img[^>]* src=\"(?!data:image)", html)
    assert not re.search(r"<[a-z][^>]*\son\w+=", html)
    assert "⟨U+202E⟩" in html
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\u200f\ud800-\udfff]", html)
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "<script>" not in readme.split("---\n", 2)[2]
    bom = (tmp_path / "bom.json").read_text(encoding="utf-8")
    assert "⟨U+D800⟩" in bom
    assert "⟨U+0000⟩" in bom
    assert not re.search(r"[\u202e\u200f\ufeff]|\\u00[01]", bom)
    validation = pytest.importorskip("cyclonedx.validation.json", reason="it brings the official schema")
    cyclonedx = pytest.importorskip("cyclonedx.schema").SchemaVersion
    assert validation.JsonStrictValidator(cyclonedx.V1_6).validate_str(bom) is None


def test_hostile_text_stays_text_in_junit_and_json(hostile_card: Card) -> None:
    gate = hostile_card.gates[0]
    gates = [gate.model_copy(update={"measure": text, "because": text}) for text in HOSTILE]
    suite = ElementTree.fromstring(render_junit(hostile_card.model_copy(update={"gates": tuple(gates)})))
    assert {case.tag for case in suite.iter()} <= {"testsuite", "testcase", "failure", "error", "skipped"}
    assert len(suite.findall("testcase")) == len(HOSTILE)
    assert Card.model_validate(json.loads(json.dumps(hostile_card.model_dump(), default=str))) == hostile_card


def test_hostile_pdf_is_still_an_archive_and_hides_nothing(
    hostile_card: Card, find_defects: Callable[[bytes], list[str]]
) -> None:
    content = draw_pdf(hostile_card, "en", {"card.json": b"{}"})
    assert find_defects(content) == []
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\u200f\ufeff\ud800-\udfff]", text)
    assert "⟨U+202E⟩" in text


def test_hostile_pdf_attaches_nothing_else_and_links_nowhere(hostile_card: Card, tmp_path: Path) -> None:
    import pikepdf

    render_card(hostile_card, tmp_path, ("en",), {"pdf"}, {"card.json": b"{}"})
    with pikepdf.open(tmp_path / "card.pdf") as pdf:
        assert list(pdf.attachments) == ["card.json"]
        for entry in pdf.objects:
            if isinstance(entry, pikepdf.Dictionary):
                assert entry.get("/S") not in ("/URI", "/JavaScript", "/Launch", "/GoToR")
        with pdf.open_metadata() as metadata:
            assert "{{ 7*7 }}" in metadata["dc:title"]
