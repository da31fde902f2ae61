import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.language import load_language
from boletim.contracts.measure import Measure
from boletim.reports.page.numbers import MINUS, NARROW, Numbers, decimals_beside

EN, PT = (Numbers(load_language(code).numbers) for code in ("en", "pt-BR"))


def test_each_reader_gets_their_own_convention() -> None:
    measure = Measure(id="m", metric="m", value=0.58, low=0.49, high=0.66, level=0.95, n=1200)
    assert PT.with_n(measure).replace(NARROW, " ") == "0,58 [0,49; 0,66], n = 1.200"
    assert EN.with_n(measure).replace(NARROW, " ") == "0.58 [0.49, 0.66], n = 1,200"
    assert (EN.date("2026-03-05T14:07:00Z"), PT.date("2026-03-05T14:07:00Z")) == ("2026-03-05", "05/03/2026")
    assert PT.number(-1234.5, 1) == f"{MINUS}1.234,5"


def test_a_rounded_zero_has_no_sign() -> None:
    assert EN.number(-0.001, 2) == "0.00"


@pytest.mark.parametrize(
    ("seconds", "text"), [(9.84, "9.8 s"), (59.0, "59.0 s"), (125, "2 min 05 s"), (7500, "2 h 05 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert EN.duration(seconds).replace(NARROW, " ") == text


def test_small_p_values_are_not_rounded_to_zero() -> None:
    assert EN.probability(0.00004).replace(NARROW, " ") == "< 0.001"
    assert PT.probability(0.0312) == "0,031"


@given(bar=st.integers(0, 100), limit=st.integers(0, 10_000))
def test_a_limit_looks_equal_to_the_bar_only_when_it_is(bar: int, limit: int) -> None:
    decimals = decimals_beside(bar / 100, limit / 10_000)
    is_shown_equal = EN.number(bar / 100, decimals) == EN.number(limit / 10_000, decimals)
    assert is_shown_equal == (bar * 100 == limit)
