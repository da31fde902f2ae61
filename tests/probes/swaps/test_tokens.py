from hypothesis import given, settings
from hypothesis import strategies as st

from boletim.contracts.language import load_language
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap
from boletim.probes.swaps.tokens import tokenise

RULES = {code: find_rules(load_language(code)) for code in ("en", "pt-BR")}
WORDS = {
    "en": "she he her his him hers herself woman men sister the a nurse told gave friend back up and to was "
    "Her HIS Mr Ms . , ! ? - / ' \n",
    "pt-BR": "ela ele dela a o as os da do à ao uma um minha meu mulher homem médica médico jornalista amigas amigos é "
    "está foi muito linda lindo cansada casa que não e Ela O À seu sua . , ! ? - / \n",
}


@given(st.text())
def test_a_text_is_its_tokens_and_gaps(text: str) -> None:
    assert tokenise(text).replaced({}) == text


def texts(code: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from([*WORDS[code].split(" "), ""]), max_size=14).map(" ".join)


@settings(max_examples=600)
@given(st.one_of(texts("en"), st.text()))
def test_what_is_swapped_in_english_swaps_back(text: str) -> None:
    check("en", text)


@settings(max_examples=600)
@given(st.one_of(texts("pt-BR"), st.text()))
def test_what_is_swapped_in_portuguese_swaps_back(text: str) -> None:
    check("pt-BR", text)


def check(code: str, text: str) -> None:
    once = swap(text, RULES[code])
    if once.status != "swapped":
        assert once.text == text
        return
    twice = swap(once.text, RULES[code])
    assert (twice.status, twice.text) == ("swapped", text)
    other = {"female": "male", "male": "female", "mixed": "mixed"}
    assert twice.gender == other[once.gender or ""]
