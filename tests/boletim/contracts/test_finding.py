from boletim.contracts.finding import with_interval_or_none

SENTENCE = "changes {value} of {n} texts ({low} to {high}), more than {margin}"


def test_a_claim_without_limits_says_so_and_shows_no_empty_brackets() -> None:
    assert with_interval_or_none(SENTENCE, {"low": None, "high": None}, "too few") == (
        "changes {value} of {n} texts (too few), more than {margin}"
    )
    portuguese = "muda {value} ({low} a {high})"
    assert with_interval_or_none(portuguese, {"low": 0.1, "high": None}, "poucos") == "muda {value} (poucos)"


def test_a_claim_with_limits_and_ranges_of_other_things_stay() -> None:
    assert with_interval_or_none(SENTENCE, {"low": 0.0, "high": 0.5}, "too few") == SENTENCE
    words = "texts of {low} to {high} words"
    assert with_interval_or_none(words, {}, "too few") == words
