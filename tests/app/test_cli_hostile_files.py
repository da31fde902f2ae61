"""Labels, groups and answers that no format was made for go from the file to every output, which stays valid."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.flows.predict import _WRITERS
from boletim.app.flows.verify import outcome_of, verify_file
from boletim.contracts.configuration.file import load_config
from boletim.contracts.files.whole_text import whole_text
from boletim.tables.read import read_table

LABELS = ("\ud800 half", "a\x00b", "<script>fetch('http://evil.invalid')</script>", "=cmd|' /C calc'!A0", "| x | \n---")
GROUPS = ("\udfff", "</style><img src=file:///etc/passwd>", "{{ 7*7 }} ]]> &amp;")


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert whole_text({"a\ud800": ["\udc00b", 1, None, "\U0001f600"]}) == {
        "a\ufffd": ["\ufffdb", 1, None, "\U0001f600"]
    }


def test_a_configuration_may_escape_half_a_character(tmp_path: Path) -> None:
    path = tmp_path / "boletim.yaml"
    content = {"name": "x", "data": {"source": "a.csv", "text": "t", "label": "l"}, "candidates": ["m"]}
    path.write_text(f'{yaml.safe_dump(content)}card: {{title: "\\ud800 title"}}\n')
    assert load_config(path).card.title == "\ufffd title"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {"label": label, "predicted": LABELS[(i + (j % 5 == 0)) % len(LABELS)], "\udc41group": GROUPS[j % 3]}
        for i, label in enumerate(LABELS)
        for j in range(24)
    ]
    (folder / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="ascii")
    patch = pytest.MonkeyPatch()

    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError(f"a request: {args}")

    patch.setattr(socket.socket, "connect", refuse)
    gate = 'gates=[{measure: accuracy, at_least: 0.9, waiver: {by: "\\ud800", because: "a<b\\0", until: 2020-01-01}}]'
    settings = ["audit.bootstrap=100", gate, 'card.owner="</a>\\ud800\\0"']
    command = ["audit", "--predictions", str(folder / "p.jsonl"), "--group", "\ufffdgroup", "--quiet"]
    overrides = [part for setting in settings for part in ("--set", setting)]
    result = CliRunner().invoke(app, [*command, "--run-dir", str(folder / "run"), *overrides])
    patch.undo()
    assert result.exit_code == 0, (result.output, result.exception)
    return folder / "run"


def test_every_file_of_the_run_is_whole(run_folder: Path, find_defects: Callable[[bytes], list[str]]) -> None:
    for name in ("audit.json", "card.json", "bom.json", "provenance.json"):
        text = (run_folder / name).read_text("utf-8")
        assert json.loads(text)
        assert "\ufffd half" in text or name == "provenance.json"
    assert yaml.safe_load((run_folder / "config.yaml").read_text("utf-8"))["card"]["owner"] == "</a>\ufffd\x00"
    readme = (run_folder / "README.md").read_text("utf-8")
    assert yaml.safe_load(readme.split("---\n")[1])["model-index"]
    assert not re.search(r"<(script|img|style)", readme.split("---\n", 2)[2])
    assert "\x00" not in readme
    html = (run_folder / "card.html").read_text("utf-8")
    assert html.count("<script") == 1
    assert "<img src=file" not in html
    assert "\x00" not in html
    assert find_defects((run_folder / "card.pdf").read_bytes()) == []


def test_the_bill_of_materials_is_valid(run_folder: Path) -> None:
    validation = pytest.importorskip(
        "cyclonedx.validation.json", reason="pip install 'cyclonedx-python-lib[json-validation]'"
    )
    from cyclonedx.schema import SchemaVersion

    text = (run_folder / "bom.json").read_text("utf-8")
    assert validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert not re.search(r"[\ud800-\udfff]|\\u0000|\\ud[89a-f]", text)


def test_junit_is_xml(run_folder: Path, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["check", str(run_folder), "--junit", str(tmp_path / "j.xml")])
    (case,) = ElementTree.parse(tmp_path / "j.xml").getroot().findall("testcase")
    assert case.get("name") == "accuracy >= 0.9"
    assert "\x00" not in ElementTree.tostring(case, encoding="unicode")


def test_the_card_still_agrees_with_its_evidence(run_folder: Path) -> None:
    items = verify_file(run_folder / "card.pdf")
    assert outcome_of(items) == "agrees", [item for item in items if item.status != "agrees"]


@pytest.mark.parametrize("suffix", sorted(_WRITERS))
def test_predicted_tables_are_read_back_as_they_were(tmp_path: Path, suffix: str) -> None:
    texts = [*LABELS[1:], *GROUPS[1:], "a\x1b\u202e\ufeff", "a'b\"c`d, \r\n x\r y", "你好 👩\u200d🚀", "\t lead", " x "]
    frame = pd.DataFrame({"text": texts, '=label,"': texts}, dtype=object)
    _WRITERS[suffix](frame, tmp_path / f"out{suffix}")
    again = read_table(str(tmp_path / f"out{suffix}"))
    assert list(again.columns) == list(frame.columns)
    assert again.to_numpy().tolist() == frame.to_numpy().tolist()
