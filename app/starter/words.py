"""Words by which a column is known, and names for a comment."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    """What words.yaml holds."""
    held: dict[str, Any] = yaml.safe_load(
        files("boletim.app.starter").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return held


def words_of(column: str) -> set[str]:
    """The words in a column's name, in small letters.

    >>> sorted(words_of("customerAge_group"))
    ['age', 'customer', 'group']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return {word.casefold() for word in re.findall(r"[^\W_]+", spaced)}


def is_called(column: str, kind: str) -> bool:
    """Whether a column's name holds a word of this kind."""
    return bool(words_of(column) & set(words()[kind]))


def as_list(names: Sequence[str], most: int = 6) -> str:
    """Names for a comment, on one line."""
    shown = ", ".join(" ".join(name.split())[:40] for name in names[:most])
    return shown + (f" … ({len(names)})" if len(names) > most else "")
