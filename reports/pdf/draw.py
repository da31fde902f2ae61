"""The card as an accessible, archivable PDF with its evidence attached: PDF/A-3a and PDF/UA-1."""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256

from boletim.contracts.results.card import Card
from boletim.reports.page.glyphs import NOWHERE
from boletim.reports.page.html import render_html

_MOST_LAYOUTS = 3
"""With numbers put right the text keeps its length, so that a second layout is mostly the last."""


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
    from weasyprint import CSS, HTML, Attachment

    from boletim.reports.pdf.fetcher import BundledOnly
    from boletim.reports.pdf.finisher import finish_pdf
    from boletim.reports.pdf.page_numbers import numbers_as_style, wrong_numbers

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
    hashes = {name: sha256(content).hexdigest() for name, content in attachments.items()}
    html = HTML(string=render_html(card, language, "pdf", hashes), base_url=NOWHERE, url_fetcher=BundledOnly())
    options = {"pdf_variant": "pdf/a-3a", "attachments": files}
    laid_out, numbers = html.render(**options), dict[str, int]()
    for _ in range(_MOST_LAYOUTS):
        wrong = wrong_numbers(laid_out.pages)
        if not wrong:
            break
        numbers |= wrong
        laid_out = html.render(
            **options, stylesheets=[CSS(string=numbers_as_style(numbers), url_fetcher=BundledOnly())]
        )
    content: bytes = laid_out.write_pdf(finisher=finish_pdf, **options)
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
