"""Which words stand on a page that was drawn."""

import re
from collections.abc import Sequence
from html import unescape


def words_on(page: str) -> str:
    """What a reader sees of a page: heads of neighbouring columns are words apart."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def is_printed(names: Sequence[str], page: str) -> bool:
    """Whether any of these names stands on the page, as words of their own."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", page, re.IGNORECASE) for name in names)
