"""Read a card's PDF back: what is printed on its pages and what is attached. The file is hostile until checked."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from boletim.contracts.errors import InputError
from boletim.reports.checking.bounds import MAX_ATTACHED_BYTES, MAX_ATTACHMENTS, MAX_PAGES, check_count

_MAX_BYTES = 200 * 2**20
_SIGNED = re.compile(rb"/ByteRange\s*\[")


@dataclass(frozen=True)
class CardFile:
    """A card's PDF, read."""

    content: bytes
    n_pages: int
    attachments: dict[str, bytes]
    language: str
    """Code of the reader's language."""

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """Text of each page, in reading order; it takes seconds, so it is read where it is asked for.

        Raises:
            InputError: A page cannot be read.
        """
        with _told_if_damaged():
            return tuple(page.extract_text() for page in _reader(self.content).pages)


def is_signed(content: bytes) -> bool:
    """Whether a PDF holds a signature's byte range, whole or not."""
    return _SIGNED.search(content) is not None


def read_card_file(content: bytes) -> CardFile:
    """The pages and attachments of a card.

    Raises:
        InputError: The bytes are no PDF, are damaged, hold two attachments of one name, or are not a Boletim card.
    """
    if len(content) > _MAX_BYTES:
        raise InputError("card_mib_has", max_bytes=_MAX_BYTES >> 20, n_content=len(content) >> 20)
    with _told_if_damaged():
        reader = _reader(content)
        n_pages = len(reader.pages)
        check_count("pages", n_pages, MAX_PAGES)
        check_count("attachments", sum(1 for _ in reader.attachment_list), MAX_ATTACHMENTS)
        attached = _attachments(reader)
        for page in reader.pages:  # unpacked, which is soon done and refuses what is damaged or a bomb
            drawn = page.get_contents()
            if drawn is not None:
                drawn.get_data()
        language = str(reader.root_object.get("/Lang", ""))
    doubled = sorted(name for name, versions in attached.items() if len(versions) != 1)
    if doubled:
        raise InputError("attachment_twice", name=doubled[0])
    files = {name: versions[0] for name, versions in attached.items()}
    if "card.json" not in files or "audit.json" not in files:
        raise InputError("card_none")
    return CardFile(content, n_pages, files, language)


def _reader(content: bytes) -> Any:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of what we then say in one line
    return PdfReader(io.BytesIO(content), strict=True)


@contextmanager
def _told_if_damaged() -> Iterator[None]:
    from pypdf.errors import PyPdfError

    try:
        yield
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise InputError("card_pdf", reason=error) from error


def _attachments(reader: Any) -> dict[str, list[bytes]]:
    """Content of attachments by name, opened one by one and no further than the bound."""
    found: dict[str, list[bytes]] = {}
    n_bytes = 0
    for file in reader.attachment_list:
        content = file.content
        n_bytes += len(content)
        check_count("decompressed bytes of attachments", n_bytes, MAX_ATTACHED_BYTES)
        found.setdefault(file.name, []).append(content)
    return found
