import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.config import CleanConfig
from tuning.clean import clean_texts

ALL = CleanConfig(emoji=True)


@pytest.mark.parametrize(
    ("text", "expected", "step"),
    [
        ("<p>She &amp; <b>he</b></p>", "She & he", "html"),
        ("a < b and c > d", "a < b and c > d", None),
        ("see https://x.org/a?b=1 now", "see now", "urls"),
        ("see www.x.org.", "see", "urls"),
        ("great 👍🏽 day", "great day", "emoji"),
        ("a\x00b\u202ec", "abc", "control_characters"),
        ("cafe\u0301", "café", "control_characters"),
        ("  two \n lines\t", "two lines", "whitespace"),
        ("plain text, as it is.", "plain text, as it is.", None),
    ],
)
def test_each_step_changes_and_counts(text, expected, step):
    cleaned, changed = clean_texts([text], ALL)
    assert cleaned == [expected]
    assert changed["whitespace" if step is None else step] == (0 if step is None else 1)


def test_a_step_that_is_off_changes_nothing():
    off = CleanConfig(urls=False, emoji=False, html=False, whitespace=False)
    text = "  <b>x</b> http://a.b 👍  "
    assert clean_texts([text], off)[0] == [text]


@given(st.text())
def test_cleaning_twice_changes_nothing_more_than_entities(text):
    once, _ = clean_texts([text.replace("&", "")], ALL)
    twice, changed = clean_texts(once, ALL)
    assert changed["control_characters"] == 0
    assert "\x00" not in twice[0]
