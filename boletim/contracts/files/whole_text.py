"""Text that can be written down: half a surrogate pair, which JSON and YAML can escape, is no character."""

import re
from typing import Any

_LONE = re.compile(r"[\ud800-\udfff]")


def whole_text(value: Any) -> Any:
    """The same value with every lone surrogate of its texts, keys and items replaced by U+FFFD, as decoders do."""
    if isinstance(value, str):
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {whole_text(key): whole_text(item) for key, item in value.items()}
    return [whole_text(item) for item in value] if isinstance(value, list) else value
