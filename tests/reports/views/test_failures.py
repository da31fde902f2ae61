import re

import pytest

from boletim.reports.page.html import render_html

HOSTILE = '<script>alert("x")</script> {{ 7 * 7 }}'


@pytest.fixture
def hostile(card):
    """The sample card with a word and a text that look like markup and like a template."""
    failures = card.audit.failures
    slices = tuple(
        s.model_copy(update={"values": {"word": HOSTILE}}) if s.kind == "word" else s for s in failures.slices
    )
    errors = tuple(error.model_copy(update={"text": HOSTILE}) for error in failures.errors[:1])
    changed = failures.model_copy(update={"slices": slices, "errors": errors})
    return card.model_copy(update={"audit": card.audit.model_copy(update={"failures": changed})})


def section(page, title):
    start = page.index(f"{title}</h2>")
    return page[start : page.index("</section>", start)]


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("en", "Where it fails", ["1,234 slices", "3 to 8 words", "0.50 to 0.62", "1,064", "Texts are withheld"]),
        ("pt-BR", "Onde falha", ["1.234 recortes", "de 3 a 8 palavras", "0,50 a 0,62", "0,44", "1.064", "contestado"]),
    ],
)  # fmt: skip
def test_every_figure_is_on_the_card(card, language, title, expected):
    real = card.model_copy(update={"synthetic": False})  # labels that a program made are never suspected
    text = re.sub(r"<[^>]+>", " ", section(render_html(real, language), title))
    for part in [*expected, "gender = female, region = north", "theatre", "e0", "e1"]:
        assert part in text, part


def test_texts_are_never_read_as_markup_or_templates(hostile):
    page = section(render_html(hostile, "en"), "Where it fails")
    assert "<script>" not in page
    assert page.count("{{ 7 * 7 }}") == 2
    assert "49" not in re.sub(r"<[^>]+>", " ", page)


def test_overlap_figures_are_not_among_the_overall_ones(card):
    overall = section(render_html(card, "en"), "Performance")
    assert "Effect of the overlap" not in overall
    assert "Suspected labels" not in overall


def test_no_section_where_the_audit_did_not_look(card):
    bare = card.model_copy(update={"audit": card.audit.model_copy(update={"failures": None})})
    assert "Where it fails</h2>" in render_html(card, "en")
    assert "Where it fails</h2>" not in render_html(bare, "en")
