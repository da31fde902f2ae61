import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.pdf.draw import render_pdf


@pytest.fixture(scope="module")
def card_pages() -> ModuleType:
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "card_pages.py"
    spec = importlib.util.spec_from_file_location("card_pages_of_samples", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_sample_card_is_short_and_full(card: Card, card_pages: ModuleType, language: str, tmp_path: Path) -> None:
    if not shutil.which("pdftoppm"):
        pytest.skip("pages are drawn by pdftoppm; apt-get install poppler-utils")
    file = tmp_path / "card.pdf"
    file.write_bytes(render_pdf(card, language, {}))
    blank = card_pages.measure(file)
    assert len(blank.pages) <= card_pages.MAX_PAGES
    assert blank.all_pages <= card_pages.MAX_EMPTY
    assert blank.worst <= card_pages.MAX_EMPTY_PAGE
