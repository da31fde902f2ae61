"""`boletim check`: whatever was changed by hand, or is older than its results, decides nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from boletim.check import check_run
from boletim.cli import app
from boletim.contracts.errors import RunFolderError


def audit(folder: Path, *, good: bool = False) -> Path:
    """A run folder that fails its gate on accuracy, or passes it where the predictions are good."""
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if good or i % 3 else 0]},{'fm'[i % 5 % 2]}\n" for i in range(300))
    (folder / "p.csv").write_text(f"label,predicted,gender\n{rows}")
    command = f"audit --predictions {folder}/p.csv --group gender --quiet --run-dir {folder}/run"
    gates = 'gates=[{"measure": "accuracy", "at_least": 0.95}]'
    result = CliRunner().invoke(app, [*command.split(), "--set", "audit.bootstrap=100", "--set", gates])
    assert result.exit_code == 0, result.output
    return folder / "run"


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audit(tmp_path_factory.mktemp("check"))


@pytest.fixture
def run(failing: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(failing, tmp_path / "run"))


def edit(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content))


def test_a_whole_folder_is_judged(run: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(run)])
    assert result.exit_code == 1
    assert result.stdout.endswith("verdict: fail\n")


def test_a_passing_folder_passes(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["check", str(audit(tmp_path, good=True))]).exit_code == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda card: card.update(verdict="pass"),
        lambda card: card["gates"][0].update(status="pass"),
        lambda card: card.update(verdict="not gated", gates=[]),
        lambda card: card["gates"][0].update(is_waived=True),
        lambda card: card["provenance"].update(created="2020-01-01T00:00:00Z"),
        lambda card: card["provenance"].update(gates_sealed="2020-01-01T00:00:00Z"),
        lambda card: card["audit"]["measures"][0].update(value=1.0),
        lambda card: card.pop("verdict"),
    ],
    ids=["verdict", "status", "no gates", "waived", "day", "seal", "figure", "gone"],
)
def test_a_word_changed_in_the_card_is_refused(run: Path, change: Callable[[Any], None]) -> None:
    edit(run / "card.json", change)
    with pytest.raises(RunFolderError, match="make the card again") as caught:
        check_run(run)
    assert "\n" not in str(caught.value)


def test_a_card_older_than_its_audit_is_refused(run: Path) -> None:
    edit(run / "audit.json", lambda audit: audit["measures"][0].update(n=301))
    with pytest.raises(RunFolderError, match="older"):
        check_run(run)


def test_a_bar_moved_after_the_results_is_refused(run: Path) -> None:
    config = yaml.safe_load((run / "config.yaml").read_text("utf-8"))
    config["gates"][0]["at_least"] = 0.5
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    with pytest.raises(RunFolderError, match="other gates"):
        check_run(run)


@pytest.mark.parametrize("name", ["card.json", "audit.json", "config.yaml", "provenance.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_one_line(run: Path, name: str, content: bytes) -> None:
    (run / name).write_bytes(content)
    with pytest.raises(RunFolderError) as caught:
        check_run(run)
    assert "\n" not in str(caught.value)
