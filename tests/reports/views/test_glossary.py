import re
from collections.abc import Callable
from html import unescape

import pytest

from boletim.contracts.name_order import without_accents
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.page.html import render_html
from boletim.reports.views.glossary import build


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_words_stand_where_a_reader_looks_for_them(card: Card, language: str) -> None:
    names = [entry["name"] for entry in build(context_of(card, language))["entries"]]
    if language == "pt-BR":
        where = names.index("Época")
        assert names[where - 1] < "F"
        assert names[-1] != "Época"
    assert [without_accents(name).casefold() for name in names] == sorted(without_accents(n).casefold() for n in names)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_glossary_holds_words_that_stand_on_the_card_and_no_others(card: Card, language: str) -> None:
    context = context_of(card, language)
    html = render_html(card, language, "pdf")
    rest, glossary = html.split('<section id="glossary"')
    page = re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", rest[rest.index("<body") :]))).casefold()
    told = {unescape(name).strip() for name in re.findall(r'class="key">([^<]+)', glossary)}
    entries = {entry["name"]: entry["names"] for entry in build(context)["entries"]}
    assert told < set(entries)
    assert all(any(name.casefold() in page for name in entries[title]) for title in told)
    heads = {unescape(head) for head in re.findall(r"<th scope=\"col\"[^>]*>([^<]+)<", rest)}
    assert {name for name in entries if name in heads} <= told, "a head stands beside others without a space"
    assert len(heads & set(entries)) >= 8
    left = set(entries) - told
    assert {context.metric_name("latency"), context.metric_name("support")} & set(entries) <= left
    assert {context.metric_name("accuracy"), context.text("glossary.terms.gate.name")} <= told


def entry_names(card: Card) -> set[str]:
    glossary = render_html(card, "en", "pdf").split('<section id="glossary"')[1]
    return {unescape(name).strip() for name in re.findall(r'class="key">([^<]+)', glossary)}


def test_a_word_of_the_statistics_is_no_word_of_the_card(make_card: Callable[..., Card]) -> None:
    """95% confidence is no confidence of the model, and Holm stands where a table has its p."""
    card = make_card()
    assert {"Confidence", "Holm"} <= entry_names(card)
    bare = tuple(m for m in card.audit.measures if "ece" not in m.metric)
    without = make_card(audit=card.audit.model_copy(update={"measures": bare, "failures": None}))
    assert not {"Confidence", "Holm"} & entry_names(without.model_copy(update={"changes": None}))


def test_definitions_speak_of_nothing_that_may_not_be_there(card: Card) -> None:
    for language, words in (
        ("en", "bins|list of sources|beside the interval"),
        ("pt-BR", "como as faixas|lista de fontes"),
    ):
        texts = [e["text"] for e in build(context_of(card, language))["entries"] if "15" not in e["text"]]
        assert not re.search(words, " ".join(texts))
