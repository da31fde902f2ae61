"""Draw a card in its languages and formats."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from boletim.contracts.errors import InputError
from boletim.contracts.files.atomic import write_bytes, write_text
from boletim.contracts.results.card import Card
from boletim.reports.exports.bom import render_bom
from boletim.reports.exports.markdown import render_markdown
from boletim.reports.page.html import render_html
from boletim.reports.pdf.process import draw_pdf

_FORMATS = ("pdf", "html", "md", "bom")


def render_card(
    card: Card,
    folder: Path,
    languages: Sequence[str],
    formats: AbstractSet[str],
    attachments: Mapping[str, bytes],
    heard: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write the card's files, each whole or not at all; the same card gives the same bytes.

    Args:
        card: What is drawn.
        folder: Where the files go.
        languages: The first gives `card.pdf`, `card.html` and `README.md`; each further one `card.<code>.pdf` and
            `card.<code>.html`.
        formats: Of `pdf`, `html`, `md`, `bom`; the last is `bom.json`.
        attachments: Files put into the PDF unchanged, by name.
        heard: Given each line that the drawing libraries warned of.

    Returns:
        The files written, in order.

    Raises:
        InputError: A format or language is unknown.
        RunFolderError: A file cannot be written.
    """
    unknown = sorted(set(formats) - set(_FORMATS))
    if unknown or not languages:
        got = ", ".join(unknown) if unknown else "no language"
        raise InputError("card_formats", formats=_FORMATS, got=got)
    written = []
    for place, language in enumerate(dict.fromkeys(languages)):
        stem = "card" if place == 0 else f"card.{language}"
        if "pdf" in formats:
            written.append(folder / f"{stem}.pdf")
            write_bytes(written[-1], draw_pdf(card, language, attachments, heard=heard))
        if "html" in formats:
            written.append(folder / f"{stem}.html")
            write_text(written[-1], render_html(card, language))
    if "md" in formats:
        written.append(folder / "README.md")
        write_text(written[-1], render_markdown(card, languages[0], [path.name for path in written[:-1]]))
    if "bom" in formats:
        written.append(folder / "bom.json")
        write_text(written[-1], render_bom(card))
    return written
