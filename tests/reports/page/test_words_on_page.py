from boletim.reports.page.words_on_page import is_printed, words_on


def test_a_word_inside_another_is_not_that_word() -> None:
    assert is_printed(["F1"], "Macro F1 is 0.9")
    assert not is_printed(["slice"], "two slices")
    assert is_printed(["p", "q"], "p after Holm")
    assert not is_printed(["p", "q"], "per cent")


def test_heads_of_neighbouring_columns_are_words_apart() -> None:
    assert words_on("<th>p</th><th>q &amp; n</th>") == "p q & n"
