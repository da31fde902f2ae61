"""Check a card's pages: draw it again from the card.json inside and compare."""

import difflib
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from itertools import zip_longest

from pypdf.errors import PyPdfError

from boletim import __version__
from boletim.contracts.errors import InputError
from boletim.contracts.extras import remedy
from boletim.contracts.results.card import Card
from boletim.contracts.results.verification import VerifiedItem
from boletim.contracts.sentence import Joined, Sentence
from boletim.reports.checking.card_file import CardFile, is_signed, read_card_file
from boletim.reports.checking.drawings import name_additions
from boletim.reports.checking.signed_tail import is_signature_alone
from boletim.reports.pdf.font_subsetter import HARFBUZZ, PACKAGE, font_subsetter

Draw = Callable[[Card, str, dict[str, bytes]], bytes]
"""Draws a card in a language with its attachments; `pdf.process.draw_pdf` does it within bounds."""

_N_NAMED = 3
_N_ADDED = 8


def check_pages(file: CardFile, card: Card, draw: Draw) -> list[VerifiedItem]:
    """One item per page that differs from the one drawn again, or one for all; then one for the file's bytes.

    A card made by another version of Boletim or WeasyPrint is laid out otherwise, so it is not compared.
    """
    made, here = _drawn_by(card), _named(__version__, version("weasyprint"), font_subsetter())
    if made != here:
        why = Sentence("terminal.verify.other_versions", made=made, here=here)
        return [VerifiedItem(what="pages", status="not checked", detail=why)]
    try:
        again = draw(card, file.language, file.attachments)
    except (InputError, RuntimeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[-1][:300]  # of a traceback its last line
        return [VerifiedItem(what="pages", status="differs", detail=Sentence("terminal.verify.not_drawn", said=said))]
    whole = _compare_bytes(file.content, again)
    items = [] if whole.status == "agrees" else [*_compare_texts(file, again), *_compare_drawings(file.content, again)]
    if not items:
        agree = Sentence("terminal.verify.drawn", n=file.n_pages)
        items = [VerifiedItem(what="pages", status="agrees", detail=agree)]
    return [*items, whole]


def _drawn_by(card: Card) -> str:
    made = card.provenance
    return _named(made.boletim_version, made.packages.get("weasyprint"), made.packages.get(PACKAGE, HARFBUZZ))


def _named(boletim: str, weasyprint: str | None, subsetter: str) -> str:
    return f"Boletim {boletim}, WeasyPrint {weasyprint}, fonts by {subsetter}"


def _compare_texts(file: CardFile, again: bytes) -> list[VerifiedItem]:
    items = []
    for place, (one, other) in enumerate(zip_longest(file.pages, read_card_file(again).pages, fillvalue="")):
        here, there = one.split(), other.split()
        if here != there:
            items.append(
                VerifiedItem(
                    what=Sentence("terminal.verify.what.page", n=place + 1),
                    status="differs",
                    detail=_name_words(here, there),
                )
            )
    return items


def _compare_drawings(content: bytes, again: bytes) -> list[VerifiedItem]:
    """Pages as drawings, and whatever acts or is carried."""
    try:
        named = name_additions(content, again)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        named = [Sentence("terminal.verify.objects", reason=error)]
    more = [Sentence("terminal.verify.n_more", n=len(named) - _N_ADDED)] if len(named) > _N_ADDED else []
    return [VerifiedItem(what="drawing", status="differs", detail=one) for one in [*named[:_N_ADDED], *more]]


def _name_words(here: list[str], there: list[str]) -> str:
    changes = [
        Sentence("terminal.verify.words_differ", here=" ".join(here[a:b])[:80], there=" ".join(there[c:d])[:80])
        for tag, a, b, c, d in difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
    more = [Sentence("terminal.verify.n_more", n=len(changes) - _N_NAMED)] if len(changes) > _N_NAMED else []
    return Joined([*changes[:_N_NAMED], *more], "; ")


def _compare_bytes(content: bytes, again: bytes) -> VerifiedItem:
    if content == again:
        return VerifiedItem(what="file", status="agrees", detail=Sentence("terminal.verify.bytes"))
    if is_signed(content) and content.startswith(again):
        return _compare_ending(content, again)
    pairs = zip(content, again, strict=False)
    first = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(content), len(again)))
    detail = Sentence("terminal.verify.other_bytes", n_here=len(content), n_there=len(again), n_first=first)
    return VerifiedItem(what="file", status="differs", detail=detail)


def _compare_ending(content: bytes, again: bytes) -> VerifiedItem:
    same = Sentence("terminal.verify.same_signed")
    if find_spec("pyhanko") is None:
        why = Sentence("terminal.verify.ending_pyhanko", how=remedy("sign"))
        return VerifiedItem(what="file", status="not checked", detail=why)
    if is_signature_alone(content, again):
        return VerifiedItem(what="file", status="agrees", detail=Sentence("terminal.verify.only_signature", same=same))
    return VerifiedItem(what="file", status="differs", detail=Sentence("terminal.verify.more_than_signature"))
