"""English phrases that the other rooms write into their results, recognised so that the card can say them otherwise.

A phrase is known by its pattern here and said by `words.<kind>.<key>` of a language pack. A new one that nobody added
is caught by a test; on a card it is quoted as it is.
"""

import re
from functools import cache

REASONS = {
    "pruned": "pruned at epoch {epoch}, best {metric} {value} until then",
    "interrupted": "interrupted {n} times",
    "memory": "out of memory even one example at a time: {text}",
}
"""Why a trial ended as it did."""

UNUSABLE = {
    "no_texts": "there are no test texts to swap; give a data set with a text column",
    "no_rules": "the language pack of {language} has no swap rules",
    "no_frames": "the language pack of {language} has no professions or no frames",
}
"""Why a probe could not be run, where the probe gives no key of its own."""

FORMATS = {
    "safetensors": "safetensors",
    "from_pickle": "safetensors; the base model was pickled (allowed)",
    "pickle": "pickle (allowed by the user)",
}
"""How weights are stored."""


def recognise(text: str, phrases: dict[str, str]) -> tuple[str, dict[str, str]] | None:
    """Key and values of the phrase that this text is; None where it is none of them."""
    for key, pattern in phrases.items():
        match = _compiled(pattern).fullmatch(text)
        if match:
            return key, match.groupdict()
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", pattern)
    return re.compile("".join(f"(?P<{p}>.+?)" if i % 2 else re.escape(p) for i, p in enumerate(pieces)))
