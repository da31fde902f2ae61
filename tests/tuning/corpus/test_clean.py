import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.configuration import CleanConfig
from boletim.tuning.corpus.clean import clean_texts

ALL = CleanConfig(emoji=True)
STEPS = ("html", "urls", "emoji", "control_characters", "whitespace")


@pytest.mark.parametrize(
    ("text", "expected", "step"),
    [
        ("<p>She &amp; <b>he</b></p>", "She & he", "html"),
        ("un<b>believ</b>able<br/>twist", "unbelievable twist", "html"),
        ("<script>if (a < b) x()</script>kept<!-- not -->", "kept", "html"),
        ("&lt;br /&gt;escaped twice", "escaped twice", "html"),
        ("5 &lt; 6", "5 < 6", "html"),
        ("a < b and c > d", "a < b and c > d", None),
        ("<user> gave <3 & AT&T &copy=1", "<user> gave <3 & AT&T &copy=1", None),
        ("see https://x.org/a?b=1 now", "see now", "urls"),
        ("see (www.x.org/a).", "see ( ).", "urls"),
        ("<a href='http://x.org'>x</a>", "x", "html"),
        ("great 👍🏽 day 🇧🇷", "great day", "emoji"),
        ("1️⃣ family 👨‍👩‍👧 ❤️", "family", "emoji"),
        ("© 2020 ™ → 1 #", "© 2020 ™ → 1 #", None),
        ("a\x00b\u202ec\u200e\ufeff", "abc", "control_characters"),
        ("two\u2028lines", "two lines", "control_characters"),
        ("cafe\u0301", "café", "control_characters"),
        ("half \ud83d of one", "half of one", "control_characters"),
        ("\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", None),  # noqa: E501
        ("  two \n lines\t", "two lines", "whitespace"),
        ("plain text, as it is.", "plain text, as it is.", None),
    ],
)  # fmt: skip
def test_each_step_changes_and_counts(text, expected, step):
    cleaned, changed = clean_texts([text], ALL)
    assert cleaned == [expected]
    assert {name for name, n in changed.items() if n} - {"whitespace"} == {step} - {None, "whitespace"}
    assert changed["whitespace"] >= (step == "whitespace")


def test_counts_are_texts_and_not_places():
    texts = ["<b>a</b> <i>b</i>", "<b>c</b>", "d"]
    assert clean_texts(texts, ALL)[1] == {"html": 2, "urls": 0, "emoji": 0, "control_characters": 0, "whitespace": 0}


def test_a_step_that_is_off_changes_nothing():
    off = CleanConfig(urls=False, emoji=False, html=False, whitespace=False)
    text = "  <b>x</b> http://a.b 👍  "
    assert clean_texts([text], off) == ([text], {"control_characters": 0})
    assert set(clean_texts([text], ALL)[1]) == set(STEPS)


@given(st.text(st.sampled_from("ab <>/&;#x0123br\x00\u202e\u200b\n\x85é\u0301👍h:tpw.")))
def test_what_must_go_is_gone_whatever_the_text(text):
    (once,), _ = clean_texts([text], ALL)
    assert unicodedata.is_normalized("NFC", once)
    assert not [c for c in once if unicodedata.category(c) in ("Cc", "Cs") or c in "\u202e\u200b👍"]
    assert not re.search(r"https?://\w|</?b>|<br/?>", once)
    assert once == " ".join(once.split())


def test_an_entity_cannot_smuggle_in_what_is_removed():
    hidden = "a" + "".join(f"&#{ord(c)};" for c in "\u202e\u200b\u2028") + "&lt;script&gt;x&lt;/script&gt;b"
    assert clean_texts([hidden], ALL)[0] == ["a b"]
    assert html.unescape(hidden) != hidden


@pytest.mark.parametrize(
    "hostile", ["<a " * 50_000, "<!--" * 50_000, "<script>" * 50_000, "&" * 50_000, "http://" * 9_000]
)
def test_hostile_text_takes_no_long_time(hostile):
    import time

    begun = time.monotonic()
    clean_texts([hostile], ALL)
    assert time.monotonic() - begun < 5
