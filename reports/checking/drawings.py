"""A PDF as what a viewer does with it: what each page draws and from what, and what opens, starts or is carried."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from boletim.contracts.sentence import Sentence

_ACTIONS = ("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR", "/GoToE", "/ImportData", "/Rendition", "/Named")
_OPENS = ("/OpenAction", "/AA")
_OF_PAGE = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
_MAX_OBJECTS = 200_000


def name_additions(content: bytes, drawn: bytes) -> list[str]:
    """What a file shows or does and the card drawn from its evidence does not, one line each.

    Args:
        content: A PDF that pypdf can read.
        drawn: The card drawn again.
    """
    here, there = (PdfReader(io.BytesIO(one)) for one in (content, drawn))
    named = [*_name_pages(here, there), *_name_notes(here, there)]
    own = set(_doings(there))
    return named + [
        Sentence("terminal.verify.holds", what=what) for what in dict.fromkeys(_doings(here)) if what not in own
    ]


def _name_pages(here: PdfReader, there: PdfReader) -> Iterator[str]:
    if len(here.pages) != len(there.pages):
        yield Sentence("terminal.verify.n_pages", n=len(here.pages), n_drawn=len(there.pages))
    marks = _Marks(), _Marks()
    for number, pair in enumerate(zip(here.pages, there.pages, strict=False), 1):
        one, other = (tuple(m.of(page.get(key)) for key in _OF_PAGE) for m, page in zip(marks, pair, strict=True))
        changed = [key[1:].lower() for key, a, b in zip(_OF_PAGE, one, other, strict=True) if a != b]
        if changed:
            yield Sentence("terminal.verify.page_otherwise", page=number, parts=changed)


def _name_notes(here: PdfReader, there: PdfReader) -> Iterator[str]:
    """Annotations, which lie over a page; the signature's own field shows nothing."""
    marks = _Marks(), _Marks()
    for number, page in enumerate(here.pages, 1):
        drawn = there.pages[number - 1].get("/Annots") if number <= len(there.pages) else None
        own = {marks[1].of(note) for note in _list(drawn)}
        for note in _list(page.get("/Annots")):
            entry = note.get_object()
            if not isinstance(entry, DictionaryObject) or marks[0].of(note) in own:
                continue
            is_signature = entry.get("/FT") == "/Sig" and "/AP" not in entry and "/A" not in entry
            if not is_signature:
                kind = str(entry.get("/Subtype"))[1:40]
                yield Sentence("terminal.verify.page_note", page=number, kind=kind)


def _doings(reader: PdfReader) -> Iterator[str]:
    """Actions, scripts and carried files anywhere in a file."""
    for entry in _objects(reader):
        if not isinstance(entry, DictionaryObject):
            continue
        for key in _OPENS:
            if key in entry and isinstance(entry[key], DictionaryObject):
                yield Sentence("terminal.verify.runs_itself", kind=key[1:])
        if entry.get("/S") in _ACTIONS or "/JS" in entry:
            yield Sentence("terminal.verify.an_action", kind=str(entry.get("/S", "/JavaScript"))[1:])
        if "/EF" in entry:
            yield Sentence("terminal.verify.a_file", name=str(entry.get("/UF", entry.get("/F")))[:80])


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every dictionary that can be reached from the catalog, each once."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.root_object]
    for _ in range(_MAX_OBJECTS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if value.idnum in seen:
                continue
            seen.add(value.idnum)
            value = value.get_object()
        if isinstance(value, DictionaryObject):
            yield value
            waiting += [dict.__getitem__(value, key) for key in value]
        elif isinstance(value, ArrayObject):
            waiting += list(list.__iter__(value))


def _list(value: Any) -> list[Any]:
    found = value.get_object() if value is not None else None
    return list(list.__iter__(found)) if isinstance(found, ArrayObject) else []


class _Marks:
    """Hashes of objects with all they lead to, whatever their numbers are; a page and a parent are not followed."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, value: Any) -> str:
        if isinstance(value, IndirectObject):
            if value.idnum not in self._known:
                self._known[value.idnum] = "…"  # met again inside itself
                self._known[value.idnum] = self.of(value.get_object())
            return self._known[value.idnum]
        if isinstance(value, DictionaryObject):
            if value.get("/Type") in ("/Page", "/Pages"):
                return str(value["/Type"])
            keys = sorted(key for key in value if key not in ("/Parent", "/P", "/StructParent"))
            parts = [f"{key} {self.of(dict.__getitem__(value, key))}" for key in keys]
            data = value._data if isinstance(value, StreamObject) else b""
            return hashlib.sha256("\n".join(parts).encode("utf-8", "replace") + data).hexdigest()
        if isinstance(value, ArrayObject):
            return hashlib.sha256("\n".join(map(self.of, list.__iter__(value))).encode()).hexdigest()
        return repr(value)
