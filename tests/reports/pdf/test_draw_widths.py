"""Nothing runs over the edge of its cell or of its page, whatever the language and the statuses of gates."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from weasyprint import HTML

from boletim.contracts.results.card import Card
from boletim.reports.page.glyphs import NOWHERE
from boletim.reports.page.html import render_html
from boletim.reports.pdf.fetcher import BundledOnly
from tests.reports import sample_sentences as S

ROUNDING = 0.5
"""CSS pixels."""


def texts(box: Any) -> Iterator[Any]:
    return (inner for inner in box.descendants() if getattr(inner, "text", None))


def overflowing(page: Any) -> list[str]:
    """Texts that end to the right of the cell, or of the page's text area, that holds them."""
    area = page.position_x + page.margin_left + page.border_left_width + page.padding_left + page.width
    found = [text.text for text in texts(page.children[0]) if text.position_x + text.width > area + ROUNDING]
    for cell in page.descendants():
        if cell.element_tag in ("td", "th") and hasattr(cell, "children"):
            edge = cell.position_x + cell.border_width() + ROUNDING
            found += [text.text for text in texts(cell) if text.position_x + text.width > edge]
    return found


def pages_of(source: str) -> list[Any]:
    return [page._page_box for page in HTML(string=source, base_url=NOWHERE, url_fetcher=BundledOnly()).render().pages]


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_no_text_runs_over_its_edge(make_card: Callable[..., Card], language: str) -> None:
    card = make_card(gates=(S.FAILED, S.OPEN, S.PASSED, S.waived("2026-12-31")))
    pages = pages_of(render_html(card, language, "pdf", {}))
    assert {number: over for number, page in enumerate(pages, 1) if (over := overflowing(page))} == {}


def test_a_text_that_does_is_found() -> None:
    wide = "<style>table {table-layout: fixed; width: 40px} td {white-space: nowrap}</style>"
    (page,) = pages_of(f"{wide}<table><tr><td>far too long<td>a</table>")
    assert overflowing(page) == ["far too long"]
    (page,) = pages_of(f"<p>{'x' * 400}</p>")
    assert len(overflowing(page)) == 1
