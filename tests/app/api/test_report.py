from pathlib import Path

import pytest

import boletim
from boletim.contracts.errors import InputError, RunFolderError
from boletim.reports.checking.card_file import read_card_file


@pytest.fixture(scope="module")
def report() -> boletim.Report:
    rows = {"label": ["no", "yes"] * 60, "predicted": ["no", "yes", "no", "no"] * 30}
    return boletim.evaluate(rows, name="my-model", card={"owner": "<b>Ana</b>"}, audit={"bootstrap": 100})


def test_the_card_is_written_where_and_as_asked(report: boletim.Report, tmp_path: Path) -> None:
    pdf = report.card(tmp_path / "a card.pdf", language="pt-BR")
    assert read_card_file(pdf.read_bytes()).language == "pt-BR"
    assert report.card(tmp_path / "card.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert "model-index" in report.card(tmp_path / "README.md").read_text("utf-8")
    assert not (report.path / "card.pdf").exists()
    with pytest.raises(InputError, match=r"\.pdf, \.html"):
        report.card(tmp_path / "card.docx")


def test_a_notebook_shows_the_card_in_a_frame_of_its_own(report: boletim.Report) -> None:
    shown = report._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;!DOCTYPE')
    assert "<b>Ana" not in shown
    assert shown.count("<") == 2


def test_a_folder_without_a_card(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"holds card\.json"):
        boletim.load(tmp_path)
