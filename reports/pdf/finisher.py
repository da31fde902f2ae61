"""What WeasyPrint leaves undone for PDF/A-3a and PDF/UA-1 in one file, done on its objects before they are written."""

from typing import Any

import pydyf

_PDFUA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def finish_pdf(document: Any, pdf: pydyf.PDF) -> None:
    """List attachments once, claim PDF/UA-1, say which way table headers point, and mark running heads as artifacts.

    Args:
        document: WeasyPrint's document, unused.
        pdf: Its objects, changed in place.
    """
    _list_attachments_once(pdf)
    _claim_pdfua(pdf)
    _scope_headers(pdf)
    _mark_artifacts(pdf)


def _list_attachments_once(pdf: pydyf.PDF) -> None:
    """WeasyPrint lists every attachment twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _claim_pdfua(pdf: pydyf.PDF) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", _PDFUA + b"</rdf:RDF>") for part in metadata.stream]


def _scope_headers(pdf: pydyf.PDF) -> None:
    """WeasyPrint writes /Headers and /ID, and no /Scope."""
    for entry in pdf.objects:
        if not isinstance(entry, dict) or entry.get("S") != "/TH" or "A" not in entry:
            continue
        row = _object(pdf, entry["P"])
        while row.get("S") not in ("/THead", "/TBody", "/TFoot", "/Table", "/Document"):
            row = _object(pdf, row["P"])
        entry["A"]["Scope"] = "/Column" if row.get("S") == "/THead" else "/Row"


def _mark_artifacts(pdf: pydyf.PDF) -> None:
    """Text of the page margins is tagged without being in the tree: it becomes a pagination artifact."""
    reached = _reached(pdf)
    tree = _object(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])
    numbers = tree["Nums"]
    pages = [pdf.objects[_number(reference)] for reference in pdf.page_references]
    for place in range(0, 2 * len(pages), 2):
        owners = numbers[place + 1]
        page = pages[numbers[place]]
        orphans = {mcid for mcid, owner in enumerate(owners) if _number(owner) not in reached}
        for mcid in orphans:
            owners[mcid] = "null"
        _rename(_object(pdf, page["Contents"]), orphans)


def _rename(stream: pydyf.Stream, orphans: set[int]) -> None:
    parts = stream.stream
    for place, part in enumerate(parts):
        if isinstance(part, pydyf.Dictionary) and part.get("MCID") in orphans:
            parts[place - 1] = "/Artifact"
            parts[place] = pydyf.Dictionary({"Type": "/Pagination"})


def _reached(pdf: pydyf.PDF) -> set[int]:
    """Numbers of the structure elements that can be reached from the root."""
    seen: set[int] = set()
    waiting = [_number(pdf.catalog["StructTreeRoot"])]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        entry = pdf.objects[number]
        if isinstance(entry, dict):
            waiting += [_number(kid) for kid in entry.get("K", ()) if not isinstance(kid, int)]
    return seen


def _object(pdf: pydyf.PDF, reference: bytes | str) -> Any:
    return pdf.objects[_number(reference)]


def _number(reference: bytes | str) -> int:
    """Object number of a reference such as `12 0 R`."""
    return int(reference.split()[0])
