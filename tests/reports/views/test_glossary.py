import pytest

from boletim.contracts.name_order import without_accents
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.glossary import build


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_words_stand_where_a_reader_looks_for_them(card: Card, language: str) -> None:
    names = [entry["name"] for entry in build(context_of(card, language))["entries"]]
    if language == "pt-BR":
        where = names.index("Época")
        assert names[where - 1] < "F"
        assert names[-1] != "Época"
    assert [without_accents(name).casefold() for name in names] == sorted(without_accents(n).casefold() for n in names)
