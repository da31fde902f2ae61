"""The card as an accessible, archivable PDF with its evidence attached: PDF/A-3a and PDF/UA-1."""

import logging
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from boletim.contracts.card import Card
from reports.glyphs import NOWHERE
from reports.html import render_html


def render_pdf(card: Card, language: str, attachments: Mapping[str, bytes]) -> bytes:
    """The card as PDF; the same card gives the same bytes.

    Args:
        card: What is drawn; its `provenance.created` is the only date.
        language: Code of the reader's language.
        attachments: Files put into the PDF unchanged, by name.

    Raises:
        InputError: There is no such language, or its pack lacks a text.
        RuntimeError: WeasyPrint warned, so the page would not be as designed.
    """
    from weasyprint import HTML, Attachment

    from reports.pdf_fetcher import BundledOnly
    from reports.pdf_finisher import finish_pdf

    moment = datetime.fromisoformat(card.provenance.created)
    files = [
        Attachment(
            string=content,
            name=name,
            base_url=NOWHERE + name,
            relationship="Data",
            created=moment,
            modified=moment,
        )
        for name, content in sorted(attachments.items())
    ]
    page = HTML(string=render_html(card, language, "pdf"), base_url=NOWHERE, url_fetcher=BundledOnly())
    with _Complaints() as complaints, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed file .*sRGB2014", ResourceWarning)  # WeasyPrint leaves it open
        content: bytes = page.write_pdf(pdf_variant="pdf/a-3a", attachments=files, finisher=finish_pdf)
    if complaints.lines:
        raise RuntimeError(f"the page is drawn without a warning, WeasyPrint says: {'; '.join(complaints.lines)}")
    return content


class _Complaints(logging.Handler):
    """Collects what WeasyPrint logs at warning level and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())

    def __enter__(self) -> "_Complaints":
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *_: Any) -> None:
        logging.getLogger("weasyprint").removeHandler(self)
