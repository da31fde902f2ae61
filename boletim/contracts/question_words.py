"""What a question asks for, by its first question word."""

import re
from functools import cache

from boletim.contracts.language import load_language

OTHER = "other"
"""Of questions without a word that the language pack knows."""


def question_word(text: str, language: str) -> str:
    """Such as `who`; of several the one that stands first, and of those that begin alike the longest."""
    pattern, names = _known(language)
    found = pattern.search(text.lower()) if pattern else None
    return names[found.group()] if found else OTHER


@cache
def _known(language: str) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    forms = {form: name for name, each in load_language(language).question_words.items() for form in each}
    if not forms:
        return None, {}
    longest_first = sorted(forms, key=lambda form: -len(form))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), forms
