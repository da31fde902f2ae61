"""Passwords in texts: found, and blotted out. They belong in the environment, not in a file that is handed round."""

import re

_IN_USER = re.compile(r"(?P<keep>[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s:@]*):(?P<secret>[^\s@][^\s]*?)(?=@[^@\s]*(?:\s|$))")
_NAMES = r"pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|credentials?"
_IN_QUERY = re.compile(
    rf"(?P<keep>(?:^|[?&;\s])(?:\w*[_-])?(?:ssl)?(?:{_NAMES})(?:[_-]\w*)?=)(?P<secret>[^&;\s]+)", re.I
)
_TOKENS = re.compile(r"\b(?:hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}|glpat-[\w-]{20,})\b")
_BLOT = "…"


def holds_password(text: str) -> bool:
    """Whether a text has a password in a URL (before `@` or in the query), or is a service's token."""
    return any(pattern.search(text) for pattern in (_IN_USER, _IN_QUERY, _TOKENS))


def without_passwords(text: str) -> str:
    """The same text with every such password blotted out."""
    text = _IN_USER.sub(rf"\g<keep>:{_BLOT}", text)
    return _TOKENS.sub(_BLOT, _IN_QUERY.sub(rf"\g<keep>{_BLOT}", text))
