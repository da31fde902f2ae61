"""What PDF/A-3a and PDF/UA-1 ask of a card and a few lines can tell: a fast check, not a validator.

veraPDF is the judge (tests/reports/pdf/test_draw_verapdf.py); this one needs no Java and takes less than a second.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

_ACTIVE = {"/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR", "/ImportData"}
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_CLAIMS = (
    ("PDF/A part 3", r"pdfaid:part(=\"|>)3"),
    ("PDF/A level A", r"pdfaid:conformance(=\"|>)A"),
    ("PDF/UA part 1", r"pdfuaid:part(=\"|>)1"),
    ("a title", r"<dc:title[ >]"),
)


def find_defects(content: bytes) -> list[str]:
    """What keeps a file from being an accessible archive, one line each; empty for a sound card.

    Args:
        content: A whole PDF.

    Returns:
        Defects of tags, language, title, claims, fonts, alternatives, links, headings, attachments and actions.
    """
    reader = PdfReader(io.BytesIO(content), strict=True)
    root = reader.root_object
    objects = [entry for entry in _objects(reader) if isinstance(entry, DictionaryObject)]
    parts = (
        _catalog(root),
        _metadata(root),
        _fonts(objects),
        _structure(root),
        _annotations(reader),
        _actions(objects),
    )
    return [defect for part in parts for defect in part]


def _catalog(root: DictionaryObject) -> Iterator[str]:
    if "/StructTreeRoot" not in root:
        yield "untagged: the catalog has no structure tree"
    if not _dictionary(root.get("/MarkInfo")).get("/Marked"):
        yield "untagged: the catalog is not marked"
    if not str(root.get("/Lang") or ""):
        yield "no language: the catalog has no /Lang"
    if not _dictionary(root.get("/ViewerPreferences")).get("/DisplayDocTitle"):
        yield "no title shown: /DisplayDocTitle is not true"
    if "/OutputIntents" not in root:
        yield "no colour space: the catalog has no output intent"
    if "/Outlines" not in root:
        yield "no bookmarks: the catalog has no outlines"
    for file in root.get("/AF", ArrayObject()):
        if "/AFRelationship" not in _dictionary(file):
            yield "an attachment does not say how it belongs to the card"


def _metadata(root: DictionaryObject) -> Iterator[str]:
    stream = root.get("/Metadata")
    if stream is None:
        yield "no XMP: the catalog has no metadata"
        return
    xmp = stream.get_object().get_data().decode("utf-8", "replace")
    for name, pattern in _CLAIMS:
        if not re.search(pattern, xmp):
            yield f"XMP: {name} is not there"


def _fonts(objects: list[DictionaryObject]) -> Iterator[str]:
    for entry in objects:
        if entry.get("/Type") == "/FontDescriptor" and not any(key in entry for key in _FONT_FILES):
            yield f"font not embedded: {entry.get('/FontName')}"
        if entry.get("/Type") == "/Font" and entry.get("/Subtype") == "/Type0" and "/ToUnicode" not in entry:
            yield f"font without characters: {entry.get('/BaseFont')}"


def _structure(root: DictionaryObject) -> Iterator[str]:
    if "/StructTreeRoot" not in root:
        return
    level = 0
    for element in _elements(_dictionary(root["/StructTreeRoot"])):
        kind = str(element.get("/S"))
        if kind == "/Figure" and not str(element.get("/Alt") or "").strip():
            yield "a figure has no alternative text"
        if kind == "/TH" and "/Scope" not in _dictionary(element.get("/A")):
            yield "a table header has no scope"
        if re.fullmatch(r"/H[1-6]", kind):
            if int(kind[2]) > level + 1:
                yield f"headings jump from level {level} to {kind[2]}"
            level = int(kind[2])


def _annotations(reader: PdfReader) -> Iterator[str]:
    tree = _dictionary(_dictionary(reader.root_object.get("/StructTreeRoot")).get("/ParentTree"))
    numbers = tree.get("/Nums", ArrayObject())
    owners = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers) - 1, 2)}
    for number, page in enumerate(reader.pages, 1):
        if page.get("/Tabs") != "/S":
            yield f"page {number}: the tab order is not that of the structure"
        for note in page.get("/Annots", ArrayObject()):
            link = _dictionary(note)
            owner = _dictionary(owners.get(int(link.get("/StructParent", -1))))
            if link.get("/Subtype") == "/Link" and owner.get("/S") != "/Link":
                yield f"page {number}: a link is not tagged as a link"
            if link.get("/Subtype") == "/Link" and not link.get("/Contents"):
                yield f"page {number}: a link has no description"


def _actions(objects: list[DictionaryObject]) -> Iterator[str]:
    for entry in objects:
        if entry.get("/S") in _ACTIVE or "/JS" in entry:
            yield f"active content: {entry.get('/S') or '/JS'}"


def _elements(node: DictionaryObject) -> Iterator[DictionaryObject]:
    """Structure elements below a node, in reading order."""
    waiting = [node]
    while waiting:
        element = waiting.pop()
        if "/S" in element and element.get("/Type") != "/OBJR":
            yield element
        kids = element.get("/K", ArrayObject())
        kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
        listed = kids if isinstance(kids, ArrayObject) else [kids]
        found = [kid.get_object() for kid in listed if kid is not None]
        waiting += [kid for kid in reversed(found) if isinstance(kid, DictionaryObject) and "/S" in kid]


def _objects(reader: PdfReader) -> Iterator[Any]:
    numbers = {n for generation in reader.xref.values() for n in generation} | set(reader.xref_objStm)
    for number in sorted(numbers):
        yield IndirectObject(number, 0, reader).get_object()


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()
