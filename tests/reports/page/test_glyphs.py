import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from boletim.reports.page.glyphs import known_characters, show_hidden, show_missing


@given(st.text(alphabet=st.characters()))
def test_whatever_comes_in_the_fonts_can_draw_what_goes_out(text: str) -> None:
    shown = show_missing(text)
    assert all(ord(char) in known_characters() or char in "\n\t" for char in shown)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in shown if char not in "\n\t")


def test_hidden_characters_become_visible() -> None:
    assert show_hidden("a\u202eb\x00c\ud800\u200b") == "a⟨U+202E⟩b⟨U+0000⟩c⟨U+D800⟩⟨U+200B⟩"
    assert show_missing("你a") == "⟨U+4F60⟩a"
    assert show_hidden("你a") == "你a"  # a browser has more fonts


def test_portuguese_and_the_fonts_own_signs_stay_as_they_are() -> None:
    text = "Não há avaliação de opções: ‘à’ “é” – — … ≥ ≤ × → ◆ ⟨⟩"
    assert show_missing(text) == text
