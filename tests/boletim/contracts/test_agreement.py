"""Words beside a count of one stand in the singular, in every sentence of every language."""

import re

import pytest

from boletim.contracts.agreement import ENDS, agree, agreed, is_one
from boletim.contracts.language import known_languages, load_language
from boletim.contracts.sentence import Sentence, flat
from boletim.reports.page.words import Words

PLURAL = {"en": r"(?!.*ss$).*s", "pt-BR": r".*s"}
NO_PLURAL = {
    "en": "as has is its less s misses needs stands this times was goes gets lacks moves",
    "pt-BR": "antes após das deles s depois dos mais mas menos muitas mas nas nos os três vezes",
}
"""Words that end like a plural and are none, or that belong to what follows them."""
COUNTS = r"n|n_\w+|\w+_n|\w+_hits|now|needed|gap|points|margin|least|batch|epochs|fewest|fewest_\w+|loss_ratio|diverged"


@pytest.mark.parametrize(
    ("template", "one", "said"),
    [
        ("{n} texts", "n", "{n} text"),
        ("{n_of} of {n} test texts repeat training texts", "n", "{n_of} of {n} test text repeats training texts"),
        ("{n} of {m} texts", "n", "{n} of {m} texts"),
        ("there are {n}; texts of {m} words", "n", "there is {n}; texts of {m} words"),
        ("{n:.2f} texts (texts: {m})", "n", "{n:.2f} text (texts: {m})"),
        ("{n} texts", "m", "{n} texts"),
    ],
)
def test_what_stands_beside_a_count_of_one_agrees_with_it(template: str, one: str, said: str) -> None:
    singular = {"texts": "text", "test": "test", "repeat": "repeats|"}
    assert agree(template, lambda slot: slot == one, singular, {"are": "is"}) == said


@pytest.mark.parametrize(
    ("value", "is_so"),
    [(1, True), ("1", True), (1.0, False), (True, False), (11, False), ("1.0", False), (None, False)],
)
def test_a_count_of_one_is_a_whole_number(value: object, is_so: bool) -> None:
    assert is_one(value) is is_so


@pytest.mark.parametrize("code", known_languages())
def test_every_sentence_drawn_with_a_count_of_one_is_in_the_singular(code: str) -> None:
    """The two words behind each count; a noun that the pack's `singular` lacks is found here."""
    language = load_language(code)
    texts = dict(flat(language.words))
    singulars = {one.removesuffix(ENDS) for one in language.singular.values()}
    wrong = []
    for key, template in texts.items():
        made = agree(template, lambda slot: True, language.singular, language.singular_before)
        for behind in re.findall(rf"\{{(?:{COUNTS})(?:[!:][^{{}}]*)?\}} ((?:[^\W\d_]+ ?){{1,2}})", made):
            first, *more = behind.split()
            words = [first, *(more if language.singular.get(first, "") == first else ())]
            wrong += [
                f"{key}: 1 {behind}"
                for word in words
                if re.fullmatch(PLURAL.get(code, r"(?!)"), word)
                and word not in singulars
                and word not in NO_PLURAL.get(code, "").split()
            ]
    assert wrong == []
    assert sum(agree(t, lambda slot: True, language.singular, {}) != t for t in texts.values()) > 100


def test_a_card_and_a_status_line_say_one_text() -> None:
    assert Words.of("en").text("front.right", figure="100%", n="1") == "The model is right in 100% of 1 test text."
    assert Words.of("pt-BR").text("crosswalk.counts.answered", n=1) == "1 respondido"
    assert Words.of("pt-BR").text("crosswalk.counts.answered", n=2) == "2 respondidos"
    assert "1 probe" in Sentence("terminal.stage.probed", n_measures=3, n_probes=1)
    assert "1 sonda" in Sentence("terminal.stage.probed", n_measures=3, n_probes=1).in_language("pt-BR")


@pytest.mark.parametrize(("template", "value", "said"), [
    ("{x} pontos", "1,5", "{x} ponto"),
    ("{x} pontos", "−0,4", "{x} ponto"),
    ("{x} pontos", "2,0", "{x} pontos"),
    ("{x} textos", "1.960", "{x} textos"),
    ("{x:.1f} vezes a do treino", 1.7, "{x:.1f} vez a do treino"),
    ("{x:.1f} vezes", 1.96, "{x:.1f} vezes"),
    ("{x:.1p} pontos", 0.004, "{x:.1p} ponto"),
    ("{x:.1p} pontos", 0.05, "{x:.1p} pontos"),
    ("{x:.0%} textos", 0.5, "{x:.0%} textos"),
])  # fmt: skip
def test_in_portuguese_a_decimal_number_below_two_takes_the_singular(template: str, value: object, said: str) -> None:
    assert agreed(template, {"x": value}, load_language("pt-BR")) == said
    assert agreed(template, {"x": value}, load_language("en")) == template
