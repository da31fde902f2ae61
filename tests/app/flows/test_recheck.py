"""`boletim check` believes no word of card.json that the results beside it do not give."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.contracts.errors import RunFolderError

GATE = "gates=[{measure: accuracy, at_least: 0.99}]"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked")
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if i % 3 else 0]}\n" for i in range(120))
    (folder / "p.csv").write_text(f"label,predicted\n{rows}")
    command = f"audit --predictions {folder}/p.csv --quiet --run-dir {folder}/run --set audit.bootstrap=100"
    assert CliRunner().invoke(app, [*command.split(), "--set", GATE]).exit_code == 0
    return folder / "run"


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return Path(copytree(made, tmp_path / "run"))


def rewrite(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def told(run: Path) -> str:
    result = CliRunner().invoke(app, ["check", str(run)])
    assert isinstance(result.exception, RunFolderError), result.output
    assert "verdict" not in result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_an_untouched_run_is_judged(run: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(run)])
    assert result.exit_code == 1
    assert "fail  accuracy" in result.output


def test_one_word_changed_in_the_card(run: Path) -> None:
    rewrite(run / "card.json", lambda card: card.update(verdict="pass"))
    assert "verdict: 'pass' here, 'fail' there" in told(run)


def test_a_gate_made_to_pass(run: Path) -> None:
    rewrite(run / "card.json", lambda card: (card.update(verdict="pass"), card["gates"][0].update(status="pass")))
    assert "judged again" in told(run)


def test_a_card_older_than_the_audit_beside_it(run: Path) -> None:
    rewrite(run / "audit.json", lambda audit: audit["measures"][0].update(n=7))
    assert "card.json and audit.json differ" in told(run)


def test_a_bar_moved_in_the_configuration(run: Path) -> None:
    path = run / "config.yaml"
    path.write_text(path.read_text("utf-8").replace("0.99", "0.1"), encoding="utf-8")
    assert "config.yaml is not the one" in told(run)


def test_another_seal(run: Path) -> None:
    """Taken afterwards, for the card says that these gates were not sealed before the results."""
    sha256 = json.loads((run / "provenance.json").read_bytes())["gates_sha256"]
    (run / "gates.json").write_text(json.dumps({"sha256": sha256, "taken": "2020-01-01T00:00:00Z"}))
    assert "gates.json is not the seal" in told(run)


@pytest.mark.parametrize("name", ["card.json", "audit.json", "config.yaml", "provenance.json", "gates.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"[" * 9_000, None])
def test_a_damaged_file_is_named(run: Path, name: str, content: bytes | None) -> None:
    if content is None:
        (run / name).unlink(missing_ok=True)
        (run / name).mkdir()
    else:
        (run / name).write_bytes(content)
    assert name in told(run)


def test_other_predictions(run: Path) -> None:
    (run / "predictions.parquet").write_bytes(b"PAR1")
    assert "predictions.parquet is not the file" in told(run)


def test_audit_and_card_edited_alike(run: Path) -> None:
    """What both rest on is recomputed from the predictions; a file of them with another hash is refused as well."""

    def better(audit: dict[str, Any]) -> None:
        (found,) = [m for m in audit["measures"] if m["metric"] == "mcc" and not m["scope"]]
        found.update(value=0.99, low=0.98, high=1.0)

    rewrite(run / "audit.json", better)
    rewrite(run / "card.json", lambda card: better(card["audit"]))
    assert "not those that predictions.parquet gives: measures.mcc" in told(run)
