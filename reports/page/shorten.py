"""Long names, cut where a table or a chart has no room."""


def shorten(text: str, n_characters: int) -> str:
    """The text cut with an ellipsis where it is longer."""
    text = " ".join(text.split())
    return text if len(text) <= n_characters else text[: n_characters - 1].rstrip() + "…"
