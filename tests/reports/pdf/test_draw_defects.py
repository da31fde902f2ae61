"""The check finds nothing on a sound card and each planted defect by name."""

import io
from collections.abc import Callable

import pikepdf
import pytest

from boletim.contracts.results.card import Card
from boletim.reports.pdf.draw import render_pdf

Check = Callable[[bytes], list[str]]


@pytest.fixture(scope="module")
def sound(card: Card) -> bytes:
    return render_pdf(card, "en", {"card.json": b"{}"})


def planted(content: bytes, plant: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        plant(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def dictionaries(pdf: pikepdf.Pdf, key: str, value: str) -> list[pikepdf.Dictionary]:
    return [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get(key) == pikepdf.Name(value)]


def untag(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def drop_font(pdf: pikepdf.Pdf) -> None:
    descriptor = dictionaries(pdf, "/Type", "/FontDescriptor")[0]
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        if key in descriptor:
            del descriptor[key]


def drop_alternative(pdf: pikepdf.Pdf) -> None:
    del dictionaries(pdf, "/S", "/Figure")[0]["/Alt"]


def add_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))


def rename_link(pdf: pikepdf.Pdf) -> None:
    for element in dictionaries(pdf, "/S", "/Link"):
        element.S = pikepdf.Name.Span


def drop_claim(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(b'pdfuaid:part="1"', b""))


DEFECTS: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "untagged": untag,
    "no XMP": lambda pdf: pdf.Root.__delitem__("/Metadata"),
    "font not embedded": drop_font,
    "no language": lambda pdf: pdf.Root.__delitem__("/Lang"),
    "a figure has no alternative text": drop_alternative,
    "active content: /JavaScript": add_script,
    "a link is not tagged as a link": rename_link,
    "XMP: PDF/UA part 1": drop_claim,
    "a table header has no scope": lambda pdf: dictionaries(pdf, "/S", "/TH")[0].__delitem__("/A"),
    "no bookmarks": lambda pdf: pdf.Root.__delitem__("/Outlines"),
}


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_a_card_has_no_defect(card: Card, language: str, find_defects: Check) -> None:
    assert find_defects(render_pdf(card, language, {"card.json": b"{}"})) == []


def test_saving_alone_is_no_defect(sound: bytes, find_defects: Check) -> None:
    assert find_defects(planted(sound, lambda pdf: None)) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named(sound: bytes, defect: str, find_defects: Check) -> None:
    assert any(defect in line for line in find_defects(planted(sound, DEFECTS[defect])))
