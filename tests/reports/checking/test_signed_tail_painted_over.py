"""A signed card that somebody painted over, or made to act, is refused and what was added is named."""

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.flows.verify import outcome_of, verify_file

if importlib.util.find_spec("pyhanko") is None:
    pytest.skip("signatures need pyHanko; pip install '.[sign]'", allow_module_level=True)

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from boletim.reports.checking.signature import SigningKey, sign_card

PAINT = b"q 0 0.6 0 rg 40 640 515 120 re f 1 1 1 rg 60 660 30 80 re f Q"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, make_signer: Callable[..., None]) -> Path:
    folder = tmp_path_factory.mktemp("painted")
    make_signer(folder)
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if i % 3 else 0]}\n" for i in range(80))
    (folder / "p.csv").write_text(f"label,predicted\n{rows}")
    command = f"audit --predictions {folder}/p.csv --quiet --run-dir {folder}/run --set audit.bootstrap=100"
    assert CliRunner().invoke(app, command.split()).exit_code == 0
    return folder


def forms(writer: BasePdfFileWriter) -> Any:
    """A drawing of its own, that pages and annotations can show."""
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    entries = {name("/Type"): name("/XObject"), name("/Subtype"): name("/Form"), name("/BBox"): box}
    return writer.add_object(generic.StreamObject(entries, stream_data=PAINT))


def first_page(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def paint_shapes(writer: Any) -> None:
    """The attack: shapes over page one, a script on opening, a link that starts a program, and the program."""
    page = first_page(writer)
    over = writer.add_object(generic.StreamObject(stream_data=PAINT))
    page[name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), over])
    script = {name("/S"): name("/JavaScript"), name("/JS"): generic.pdf_string("app.alert('pass')")}
    writer.root[name("/OpenAction")] = generic.DictionaryObject(script)
    launch = {name("/S"): name("/Launch"), name("/F"): generic.pdf_string("calc.exe")}
    add_note(writer, {name("/Subtype"): name("/Link"), name("/A"): generic.DictionaryObject(launch)})
    program = writer.add_object(generic.StreamObject(stream_data=b"MZ program"))
    file = {
        name("/Type"): name("/Filespec"),
        name("/F"): generic.pdf_string("run.exe"),
        name("/EF"): generic.DictionaryObject({name("/F"): program}),
    }
    writer.root["/AF"].append(writer.add_object(generic.DictionaryObject(file)))
    writer.update_root()
    writer.mark_update(page.container_ref)


def add_note(writer: Any, entries: dict[Any, Any]) -> None:
    page = first_page(writer)
    box = generic.ArrayObject(map(generic.NumberObject, (40, 640, 555, 760)))
    note = generic.DictionaryObject({name("/Type"): name("/Annot"), name("/Rect"): box, **entries})
    page.setdefault(name("/Annots"), generic.ArrayObject()).append(writer.add_object(note))
    writer.mark_update(page.container_ref)


def paint_image(writer: Any) -> None:
    page = first_page(writer)
    shape = {name("/Width"): generic.NumberObject(1), name("/Height"): generic.NumberObject(1)}
    kind = {name("/Subtype"): name("/Image"), name("/ColorSpace"): name("/DeviceGray")}
    entries = shape | kind | {name("/BitsPerComponent"): generic.NumberObject(8)}
    image = writer.add_object(generic.StreamObject(entries, stream_data=b"\xff"))
    page["/Resources"].setdefault(name("/XObject"), generic.DictionaryObject())[name("/Over")] = image
    drawn = writer.add_object(generic.StreamObject(stream_data=b"q 515 0 0 120 40 640 cm /Over Do Q"))
    page[name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), drawn])
    writer.mark_update(page.container_ref)
    writer.update_container(page["/Resources"])


def paint_annotation(writer: Any) -> None:
    look = generic.DictionaryObject({name("/N"): forms(writer)})
    add_note(writer, {name("/Subtype"): name("/Stamp"), name("/AP"): look})


def paint_form(writer: Any) -> None:
    page = first_page(writer)
    page["/Resources"].setdefault(name("/XObject"), generic.DictionaryObject())[name("/Over")] = forms(writer)
    drawn = writer.add_object(generic.StreamObject(stream_data=b"/Over Do"))
    page[name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), drawn])
    writer.mark_update(page.container_ref)
    writer.update_container(page["/Resources"])


def add_page(writer: Any) -> None:
    pages = writer.root["/Pages"]
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    entries = {name("/Type"): name("/Page"), name("/Parent"): writer.root.raw_get("/Pages"), name("/MediaBox"): box}
    page = generic.DictionaryObject(entries | {name("/Resources"): generic.DictionaryObject()})
    page[name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=PAINT))
    pages["/Kids"].insert(0, writer.add_object(page))
    pages[name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)


def replace_font(writer: Any) -> None:
    """The letters of page one look otherwise, the text that is read from it stays."""
    fonts = first_page(writer)["/Resources"]["/Font"]
    font = fonts[next(iter(fonts))]["/DescendantFonts"][0]["/FontDescriptor"]
    key = next(key for key in font if key.startswith("/FontFile"))
    font[key] = writer.add_object(generic.StreamObject(stream_data=b"\x00\x01\x00\x00another"))
    writer.update_container(font)


ATTACKS = [paint_shapes, paint_image, paint_annotation, paint_form, add_page, replace_font]
NAMED = ["page 1 is drawn", "page 1 is drawn", "(Stamp)", "page 1 is drawn", "pages", "page 1 is drawn"]


@pytest.mark.parametrize(("attack", "word"), zip(ATTACKS, NAMED, strict=True))
def test_whatever_is_added_and_signed_is_refused(
    folder: Path, tmp_path: Path, attack: Callable[[Any], None], word: str
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO((folder / "run" / "card.pdf").read_bytes()))
    attack(writer)
    painted = io.BytesIO()
    writer.write(painted)
    path = tmp_path / "painted.pdf"
    path.write_bytes(sign_card(painted.getvalue(), SigningKey(folder / "key.pem", folder / "certificate.pem")))
    items = verify_file(path)
    assert outcome_of(items) == "differs"
    assert items[0].what == "signature"
    assert "nobody vouched for" in items[0].detail
    differs = {f"{item.what}: {item.detail}" for item in items if item.status == "differs"}
    assert any(line.startswith("file: after the drawn bytes") for line in differs), differs
    assert any(word in line for line in differs), differs
    if attack is paint_shapes:
        told = "\n".join(differs)
        assert all(part in told for part in ("OpenAction", "(JavaScript)", "(Launch)", "run.exe", "(Link)")), told


def test_an_honest_signature_and_an_honest_copy_agree(
    folder: Path, tmp_path: Path, make_signer: Callable[..., None]
) -> None:
    card = folder / "run" / "card.pdf"
    (tmp_path / "s.pdf").write_bytes(
        sign_card(card.read_bytes(), SigningKey(folder / "key.pem", folder / "certificate.pem"))
    )
    assert outcome_of(verify_file(tmp_path / "s.pdf")) == "agrees"
    assert outcome_of(verify_file(card)) == "agrees"
    assert outcome_of(verify_file(tmp_path / "s.pdf", trusted=folder / "certificate.pem")) == "agrees"
    (tmp_path / "other").mkdir()
    make_signer(tmp_path / "other")
    items = verify_file(tmp_path / "s.pdf", trusted=tmp_path / "other" / "certificate.pem")
    assert "no certificate in --trust vouches for" in items[0].detail
    assert outcome_of(items) == "differs"
