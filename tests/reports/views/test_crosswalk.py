"""From clauses to pages: every place exists, every number is in the data file, and nothing unchecked looks checked."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from boletim.contracts.configuration.card import ANSWERS, CardConfig
from boletim.contracts.language import known_languages
from boletim.contracts.results.card import Card
from boletim.reports.card.anchors import CLEANING, NOT_MEASURED
from boletim.reports.crosswalk.clauses import load_crosswalk
from boletim.reports.crosswalk.standing import LACKS
from boletim.reports.page.html import render_html
from boletim.reports.page.section import sections as all_sections
from boletim.reports.page.words import Words
from boletim.reports.pdf.draw import render_pdf

ROOT = Path(__file__).resolve().parents[3]
CLAUSES = [clause for framework in load_crosswalk().frameworks for clause in framework.clauses]


def named(code: str) -> list[str]:
    """The clauses as a language numbers them."""
    return [
        Words.of(code).text(f"clauses.{framework.id}.{clause.id}.clause")
        for framework in load_crosswalk().frameworks
        for clause in framework.clauses
    ]


def rows(html: str) -> dict[str, str]:
    """Text of each row of the crosswalk by its clause."""
    section = html.split('id="crosswalk"')[1].split("</section>")[0]
    section = re.sub(r"<sup>\d+</sup>", "", section)
    found = re.findall(r'<tr>\s*<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', section, re.S)
    return {" ".join(name.split()): " ".join(unescape(re.sub(r"<[^>]+>", " ", rest)).split()) for name, rest in found}


def test_the_data_file_names_only_what_there_is() -> None:
    sections = {section.name for section in all_sections()}
    measured = {key.split(".")[0] for key in Words.of("en")._content["not_measured"]}
    for clause in CLAUSES:
        assert set(clause.sections) <= sections
        assert set(clause.answers) <= set(ANSWERS)
        assert set(clause.unless) <= {*measured, "bias_audit"}
        assert set(clause.in_part) <= measured
        assert set(clause.lacks) <= set(LACKS)
        assert set(clause.at) <= set(clause.sections)
        known = {*sections, *ANSWERS, NOT_MEASURED, CLEANING}
        assert {place for places in clause.at.values() for place in places} <= known
    assert len(set(named("en"))) == len(CLAUSES) > 45


def test_every_clause_leads_to_a_section_of_the_card_or_to_not_assessed(card: Card) -> None:
    html = render_html(card, "en")
    shown = rows(html)
    assert set(shown) == set(named("en"))
    links = set(re.findall(r'class="place" href="#([\w-]+)"', html))
    assert links <= set(re.findall(r' id="([\w-]+)"', html))
    assert "Not assessed" in shown["Annex IV, 2(h)"]
    assert "not provided: Human oversight and appeal" in shown["Annex IV, 2(e)"]
    assert "not provided" not in shown["Article 13(3)(b)(i)"]


@pytest.mark.parametrize("part", ["cost", "audit"])
def test_a_section_that_the_card_lacks_is_never_named(make_card: Callable[..., Card], part: str) -> None:
    whole = make_card()
    bare = whole.audit.model_copy(update={"curve": None, "failures": None})
    html = render_html(make_card(**{part: None if part == "cost" else bare}), "en")
    assert set(re.findall(r'class="place" href="#([\w-]+)"', html)) <= set(re.findall(r' id="([\w-]+)"', html))


@pytest.mark.parametrize("code", known_languages())
def test_every_clause_that_is_not_assessed_says_why(make_card: Callable[..., Card], code: str) -> None:
    whole = make_card()
    bare = whole.audit.model_copy(update={"curve": None, "failures": None})
    for card in (whole, make_card(audit=bare, search=None, cost=None, probes=None, cleaning=None)):
        shown = rows(render_html(card, code))
        not_assessed = Words.of(code).text("crosswalk.standings.not_assessed")
        reasons = [text.split(not_assessed)[1].strip() for text in shown.values() if not_assessed in text]
        assert len(reasons) > 3
        assert all(len(reason.split()) > 1 for reason in reasons)


def test_what_a_page_does_not_hold_is_answered_in_part(make_card: Callable[..., Card]) -> None:
    told = {"contact": "The tracker of the project", "intended_use": "To sort letters."}
    card = make_card(provided=CardConfig.model_validate({"owner": "A", **told}))
    model = card.model.model_copy(update={"base_revision": None})
    shown = rows(render_html(card.model_copy(update={"model": model}), "en"))
    for clause, lack in {
        "Annex IV, 1(e)": "missing: the hardware that it is meant for",
        "Annex IV, 2(a)": "missing: which revision of the pre-trained model",
        "Article 13(3)(a)": "missing: an address or number",
    }.items():
        assert "In part" in shown[clause]
        assert lack in shown[clause]
    for contact in ("Rua A, 10, 01310-100 São Paulo", "audit@example.org"):
        reached = CardConfig.model_validate({"owner": "A", **told, "contact": contact})
        assert "Answered" in rows(render_html(make_card(provided=reached), "en"))["Article 13(3)(a)"]
    assert "Answered" in rows(render_html(make_card(provided=reached), "en"))["Annex IV, 2(a)"]


def test_every_clause_names_a_source_that_is_listed_with_its_day(card: Card) -> None:
    html = render_html(card, "en").split('id="crosswalk"')[1].split("</section>")[0]
    when = r"(?:read on 20\d\d-\d\d-\d\d|the official text was not at hand)</li>"
    listed = set(re.findall(rf'<li><span class="n">(\d+)</span>[^\n]*{when}', html))
    named_sources = re.findall(r"<sup>(\d+)</sup>", html)
    assert len(named_sources) == len(CLAUSES)
    assert set(named_sources) == listed == {str(n) for n in range(1, len(load_crosswalk().sources) + 1)}
    assert "UNVERIFIED" not in html


def test_page_numbers_are_those_of_the_sections(card: Card) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(render_pdf(card, "en", {}))).pages]
    title = Words.of("en").text("sections.groups.title")
    there = next(n for n, text in enumerate(pages, 1) if re.search(rf"^\d+\s+{title}$", text, re.M))
    named = {int(n) for text in pages for n in re.findall(rf"\b{title}\s+\(p\.\s(\d+)\)", text)}
    assert named == {there}


def test_numbers_of_clauses_and_dates_of_laws_stand_in_the_data_file_alone() -> None:
    law = re.compile(
        r"\b(Annex|Anexo|Art(icle|igo|\.)) ?[IVX0-9]|\b20(24/1689|22|23|24|26|27)\b|5-30[0-9]|2338|13\.709"
    )
    texts = [*(ROOT / "templates").rglob("*.j2"), ROOT / "reports" / "views" / "crosswalk.py"]
    found = {p.name: law.findall(p.read_text("utf-8")) for p in texts}
    for code in known_languages():
        found[code] = law.findall(
            str({k: v for k, v in Words.of(code)._content.items() if k in ("crosswalk", "sections")})
        )
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_a_page_is_named_only_for_what_stands_on_it(make_card: Callable[..., Card]) -> None:
    """Annex IV, 2(b) stood in part and led to a row that read "Not provided"."""
    shown = rows(render_html(make_card(provided=CardConfig()), "en"))
    for clause, text in shown.items():
        told = re.sub(r"not provided: .*|missing: .*|not measured: .*", "", text)
        assert not told.strip().endswith("In part"), clause
        for blank in ("Design choices", "Maintenance and lifetime", "Risks and residual risks", "Mitigation of bias"):
            assert blank not in told, clause
    assert "In part Training and search" in shown["Annex IV, 2(b)"]
    assert re.search("In part Groups.* Probes.* not provided: Mitigation of bias", shown["Article 10(2)(g)"])
    assert "In part Identity and use" in shown["MEASURE 2.9"]


def test_what_probes_look_at_counts_where_there_are_no_groups(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    bare = whole.audit.model_copy(update={"measures": tuple(
        m for m in whole.audit.measures if not {"attribute", "gender", "region"} & set(m.scope))})  # fmt: skip
    for clause in ("Article 10(2)(f)", "Article 10(2)(g)", "MEASURE 2.11", "Article 20, § 2"):
        with_probes = rows(render_html(make_card(audit=bare, gates=()), "en"))[clause]
        assert "In part Probes" in with_probes
        assert "Groups (" not in with_probes
        without = rows(render_html(make_card(audit=bare, gates=(), probes=None, provided=CardConfig()), "en"))[clause]
        assert ("Not provided" if clause == "Article 10(2)(g)" else "Not assessed not measured: Groups") in without
