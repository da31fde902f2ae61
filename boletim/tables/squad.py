"""Files in the format of SQuAD, as rows: one per question, with what stands above it."""

from collections.abc import Iterator
from typing import Any

_NESTED = ("paragraphs", "qas")


def is_squad(rows: list[Any]) -> bool:
    """Whether the rows of a json document are articles with paragraphs."""
    return bool(rows) and isinstance(rows[0], dict) and isinstance(rows[0].get("paragraphs"), list)


def squad_rows(articles: list[Any]) -> Iterator[dict[str, Any]]:
    """Questions with `context`, `title` and whatever else article, paragraph and question hold.

    Args:
        articles: What stands under `data`.
    """
    for article in articles:
        for paragraph in article.get("paragraphs") or ():
            for question in paragraph.get("qas") or ():
                yield {**_own(article), **_own(paragraph), **question}


def _own(held: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in held.items() if key not in _NESTED}
