"""Clean texts: mark-up, addresses, control characters, white space; each step counts the texts it changed."""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence

from boletim.contracts.config import CleanConfig

_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[A-Za-z][^<>]*>", re.S | re.I)
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+", re.I)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u20e3\U000e0020-\U000e007f]|\u200d"
)
_SPACE = re.compile(r"\s+")


def clean_texts(texts: Sequence[str], config: CleanConfig) -> tuple[list[str], dict[str, int]]:
    """Clean every text by the configured steps.

    Args:
        texts: As read.
        config: Which steps are on; control characters always go, and letters are composed (NFC).

    Returns:
        The cleaned texts in order, and per step how many texts it changed.
    """
    steps: list[tuple[str, Callable[[str], str]]] = [("control_characters", _drop_control)]
    if config.html:
        steps.append(("html", _drop_html))
    if config.urls:
        steps.append(("urls", lambda text: _URL.sub(" ", text)))
    if config.emoji:
        steps.append(("emoji", lambda text: _EMOJI.sub(" ", text)))
    if config.whitespace:
        steps.append(("whitespace", lambda text: _SPACE.sub(" ", text).strip()))
    changed = dict.fromkeys((name for name, _ in steps), 0)
    cleaned = []
    for text in texts:
        for name, step in steps:
            after = step(text)
            changed[name] += after != text
            text = after
        cleaned.append(text)
    return cleaned, changed


def _drop_control(text: str) -> str:
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _drop_html(text: str) -> str:
    return html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
