"""The card as an accessible, archivable PDF with its evidence attached: PDF/A-3a and PDF/UA-1."""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from boletim.contracts.results.card import Card
from boletim.reports.page.glyphs import NOWHERE
from boletim.reports.page.html import render_html


def render_pdf(
    card: Card, language: str, attachments: Mapping[str, bytes], heard: Callable[[str], None] | None = None
) -> bytes:
    """The card as PDF; the same card gives the same bytes.

    What WeasyPrint and fontTools warn of does not cost the card: they draw it all the same.

    Args:
        card: What is drawn; its `provenance.created` is the only date.
        language: Code of the reader's language.
        attachments: Files put into the PDF unchanged, by name.
        heard: Given each line that the libraries warn of, once.

    Raises:
        InputError: There is no such language, or its pack lacks a text.
    """
    with _warnings_to(heard or _pass_over):
        return _draw(card, language, attachments)


def _draw(card: Card, language: str, attachments: Mapping[str, bytes]) -> bytes:
    from weasyprint import HTML, Attachment

    from boletim.reports.pdf.fetcher import BundledOnly
    from boletim.reports.pdf.finisher import finish_pdf

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
    content: bytes = page.write_pdf(pdf_variant="pdf/a-3a", attachments=files, finisher=finish_pdf)
    return content


class _Remarks(logging.Handler):
    """Passes on what is logged at warning level and above, each line once."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._heard, self._known = heard, set[str]()

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on one record."""
        self.pass_on(record.getMessage())

    def pass_on(self, message: str) -> None:
        """Pass on one message."""
        line = " ".join(message.split())
        if line not in self._known:
            self._known.add(line)
            self._heard(line)


@contextmanager
def _warnings_to(heard: Callable[[str], None]) -> Iterator[None]:
    """Hand on what the drawing libraries log and warn of."""
    remarks = _Remarks(heard)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    for logger in loggers:
        logger.addHandler(remarks)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            warnings.filterwarnings("ignore", "unclosed file .*sRGB2014", ResourceWarning)  # WeasyPrint leaves it open
            yield
        for warning in caught:
            remarks.pass_on(str(warning.message))
    finally:
        for logger in loggers:
            logger.removeHandler(remarks)


def _pass_over(line: str) -> None:
    """Where nobody listens."""
