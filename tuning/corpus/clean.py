"""Clean texts: mark-up, addresses, emoji, control characters, white space; each step counts the texts it changed."""

import html
import re
from collections.abc import Callable, Sequence

from boletim.contracts.configuration import CleanConfig
from boletim.tables.names import drop_control_characters

# Names of HTML only, so that `<user>`, `<3` and `a < b` stay.
_INLINE = (
    "abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u"
    "|var|wbr"
)
_OTHER = (
    "a|address|area|article|aside|audio|base|blockquote|body|br|button|canvas|caption|center|col|colgroup|data|datalist"
    "|dd|details|dialog|dir|div|dl|dt|embed|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header"
    "|hgroup|hr|html|iframe|img|input|label|legend|li|link|main|map|menu|meta|meter|nav|noscript|object|ol|optgroup"
    "|option|output|p|param|picture|pre|progress|rp|rt|ruby|script|section|select|source|style|summary|svg|table|tbody"
    "|td|template|textarea|tfoot|th|thead|time|title|tr|track|ul|video"
)
_UNSEEN = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<!doctype[^<>]*>|<(script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>", re.S | re.I
)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.I)
_TAG = re.compile(rf"</?(?:{_OTHER})(?:\s[^<>]*)?/?>", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)

_URL = re.compile(r"(?<!\w)(?:(?:https?|ftp)://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}'’”»…]", re.I)
_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3"  # keycaps
    "|[©®‼⁉™ℹ\u2190-\u21ff]\ufe0f"  # signs drawn as emoji only when the text asks for it
    "|[\u231a-\u231b\u2328\u23cf\u23e9-\u23fa\u24c2\u25aa-\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934-\u2935"
    "\u2b05-\u2b07\u2b1b-\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e0020-\U000e007f]"
    "[\ufe0e\ufe0f\u200d]*"
)


def clean_texts(texts: Sequence[str], config: CleanConfig) -> tuple[list[str], dict[str, int]]:
    """Clean every text by the configured steps, in the order html, urls, emoji, control characters, white space.

    HTML goes as tags of known names and entities that end in a semicolon. Control characters always go, with them
    direction marks, zero-width spaces and halves of characters; letters are composed (NFC) in the same step. Joiners
    that scripts and emoji need stay.

    Args:
        texts: As read.
        config: Which steps are on.

    Returns:
        The cleaned texts in order, and per step that was on how many texts it changed.
    """
    steps: list[tuple[str, Callable[[str], str]]] = []
    if config.html:
        steps.append(("html", _drop_html))
    if config.urls:
        steps.append(("urls", lambda text: _URL.sub(" ", text)))
    if config.emoji:
        steps.append(("emoji", lambda text: _EMOJI.sub(" ", text)))
    steps.append(("control_characters", drop_control_characters))
    if config.whitespace:
        steps.append(("whitespace", lambda text: " ".join(text.split())))
    changed = dict.fromkeys((name for name, _ in steps), 0)
    cleaned = []
    for text in texts:
        for name, step in steps:
            after = step(text)
            changed[name] += after != text
            text = after
        cleaned.append(text)
    return cleaned, changed


def _drop_html(text: str) -> str:
    text = _drop_tags(text)
    if "&" in text:
        text = _drop_tags(_ENTITY.sub(lambda match: html.unescape(match.group()), text))
    return text


def _drop_tags(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub(" ", _INLINE_TAG.sub("", _UNSEEN.sub(" ", text)))
