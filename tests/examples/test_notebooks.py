"""The notebooks run as they stand, and what they show is the card, small."""

import html
import json
import os
import re
from pathlib import Path

import pytest

pytest.importorskip("nbclient", reason="the notebooks are run by nbclient: pip install nbclient ipykernel")
pytest.importorskip("ipykernel", reason="a notebook needs a kernel: pip install nbclient ipykernel")

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 150_000


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("language", "verdict", "judged"),
    [("en", "Insufficient evidence|Fail", "verdict is fail"), ("pt-BR", "Reprovado", "verdict is fail")],
)
def test_it_runs_and_shows_the_card(language, verdict, judged, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
    notebook = nbformat.read(ROOT / "examples" / f"notebook.{language}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert all(cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    shown = "".join(json.dumps(output) for output in outputs)
    assert len(shown) < LARGEST
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    (card,) = [html.unescape(page) for page in pages if page.startswith("<iframe")]
    assert re.search(verdict, card)
    assert 'id="page_one"' in card
    assert 'id="page_two"' in card
    assert sum("<table" in page and not page.startswith("<iframe") for page in pages) == 5
    assert judged in shown
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_kept_small_and_as_it_ran(language):
    path = ROOT / "examples" / f"notebook.{language}.ipynb"
    assert path.stat().st_size < LARGEST
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] for cell in cells)
    assert not [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
