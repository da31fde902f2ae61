"""What the libraries warn of is said, and costs no card."""

import logging
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from boletim.contracts.results.card import Card
from boletim.reports.pdf.draw import render_pdf
from boletim.reports.pdf.process import draw_pdf
from boletim.reports.render import render_card

WITHOUT_SUBSET = """
import cffi
dlopen = cffi.FFI.dlopen
def refuse(self, name, *flags):
    if "harfbuzz-subset" in str(name):
        raise OSError(name)
    return dlopen(self, name, *flags)
cffi.FFI.dlopen = refuse
"""


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_a_whole_machine_has_nothing_to_say(card: Card, language: str) -> None:
    said: list[str] = []
    draw_pdf(card, language, {}, heard=said.append)
    assert said == []


def test_a_machine_without_harfbuzz_subset_draws_the_same_pages_and_says_what_it_lacks(
    card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = texts(draw_pdf(card, "en", {}))
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_SUBSET)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).resolve().parents[3]}")
    said: list[str] = []
    content = draw_pdf(card, "en", {}, heard=said.append)
    assert texts(content) == whole
    assert any("Using fontTools instead of HarfBuzz-Subset" in line for line in said)
    written = render_card(card, tmp_path, ["en"], {"pdf"}, {}, said.append)
    assert written[0].read_bytes() == content


def test_any_warning_is_said_once_and_the_card_is_drawn(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    import warnings

    from boletim.reports.pdf import finisher as pdf_finisher

    finish = pdf_finisher.finish_pdf

    def complain(*arguments: object) -> None:
        for _ in range(3):
            logging.getLogger("weasyprint").warning("no such\nproperty: %s", "x")
            logging.getLogger("fontTools.subset").error("a table is odd")
            warnings.warn("this will be required", DeprecationWarning, stacklevel=1)
        finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pdf_finisher, "finish_pdf", complain)
    said: list[str] = []
    assert texts(render_pdf(card, "en", {}, said.append))
    assert said == ["no such property: x", "a table is odd", "this will be required"]
