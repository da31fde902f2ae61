import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from boletim.contracts.results.card import Card
from boletim.reports.pdf.draw import render_pdf


@pytest.fixture(scope="module")
def attachments(card: Card) -> dict[str, bytes]:
    audit = json.dumps(card.audit.model_dump(mode="json"), ensure_ascii=False).encode()
    return {"audit.json": audit, "card.json": card.model_dump_json().encode(), "config.yaml": "a: ç\n".encode()}


@pytest.fixture(scope="module")
def pdf(card: Card, attachments: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[pikepdf.Pdf]:
    path = tmp_path_factory.mktemp("pdf") / "card.pdf"
    path.write_bytes(render_pdf(card, "pt-BR", attachments))
    with pikepdf.open(path) as opened:
        yield opened


def elements(node: Any) -> Iterator[Any]:
    """Structure elements below a node."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_structure_of_an_accessible_archive(pdf: pikepdf.Pdf, card: Card) -> None:
    root = pdf.Root
    assert str(root.Lang) == "pt-BR"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert card.provided.title in str(pdf.docinfo["/Title"])
    assert "/OutputIntents" in root
    assert "/Outlines" in root
    assert all(page.get("/Tabs") == "/S" for page in pdf.pages)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert card.provided.title in metadata["dc:title"]


def test_figures_have_alternatives_and_headers_a_scope(pdf: pikepdf.Pdf) -> None:
    found = list(elements(pdf.Root.StructTreeRoot))
    figures = [element for element in found if element.S == "/Figure"]
    assert (
        len(figures) == 8
    )  # gaps on page one, recall, confusion, reliability, all groups, recall gaps, score gaps, learning curve
    assert all(len(str(figure.Alt)) > 40 for figure in figures)
    headers = [element for element in found if element.S == "/TH"]
    assert {str(header.A.Scope) for header in headers} == {"/Row", "/Column"}
    levels = [int(str(element.S)[2]) for element in found if str(element.S) in ("/H1", "/H2", "/H3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_running_heads_are_artifacts_and_all_other_text_is_tagged(pdf: pikepdf.Pdf) -> None:
    owned = {tuple(kid.objgen) for kid in elements(pdf.Root.StructTreeRoot)}
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    for page, owners in zip(pdf.pages, numbers[1::2], strict=False):
        marked = {
            int(operands[1].MCID)
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "BDC" and "/MCID" in operands[1]
        }
        held = {mcid for mcid, owner in enumerate(owners) if owner is not None}
        assert marked == held
        assert all(tuple(owners[mcid].objgen) in owned for mcid in held)


def test_attachments_are_byte_identical(pdf: pikepdf.Pdf, attachments: dict[str, bytes]) -> None:
    held = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
    assert held == attachments
    assert len(pdf.Root.AF) == len(attachments)
    assert all(file.AFRelationship == "/Data" for file in pdf.Root.AF)


def test_only_bundled_fonts_embedded_and_nothing_active(pdf: pikepdf.Pdf) -> None:
    fonts = [entry for entry in pdf.objects if isinstance(entry, pikepdf.Dictionary) and entry.get("/FontDescriptor")]
    names = {str(font.FontDescriptor.FontName).partition("+")[2] for font in fonts}
    assert names
    assert all(name.startswith("Boletim") for name in names)
    assert all(any(key in font.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")) for font in fonts)
    for entry in pdf.objects:
        if isinstance(entry, pikepdf.Dictionary):
            assert entry.get("/S") not in ("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR")
            assert "/JS" not in entry


def test_links_of_the_contents_lead_to_the_pages_they_name(pdf: pikepdf.Pdf) -> None:
    links = [note for page in pdf.pages for note in page.get("/Annots", [])]
    assert len(links) >= 10
    assert all(link.Subtype == "/Link" and "/Dest" in link for link in links)
