"""A stage whose files were changed is done again by the same command, and so is what follows."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from boletim.app.cli import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, make_model: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("redone")
    words = {"a": "nurse ward doctor patient", "b": "server bug compiler deploy"}
    rows = [f"the {words['ab'[i % 2]]} every day {'abcdefgh'[i % 8]} {i},{'ab'[i % 2]}" for i in range(240)]
    (folder / "t.csv").write_text("text,label\n" + "\n".join(rows) + "\n")
    content = {
        "name": "redone",
        "data": {"source": str(folder / "t.csv"), "text": "text", "label": "label"},
        "candidates": [{"model": str(make_model("bert", None)), "max_length": 16}],
        "tuning": {"trials": 2, "search": {"learning_rate": [1e-3, 1e-2], "batch_size": [16], "epochs": 1}},
        "audit": {"bootstrap": 100},
        "probes": {"use": ["gender_profession"]},
        "card": {"languages": ["en"]},
    }
    (folder / "c.yaml").write_text(yaml.safe_dump(content))
    return folder / "c.yaml"


@pytest.fixture(scope="module")
def made(config: Path) -> Path:
    assert again(config, config.parent / "made")[0] == 0
    return config.parent / "made"


def again(config: Path, run: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["run", str(config), "--run-dir", str(run)])
    return result.exit_code, result.stderr


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def edit(path: Path) -> None:
    """Another file of the same size."""
    path.write_bytes(path.read_bytes().replace(b"0", b"1"))


@pytest.mark.parametrize(
    ("name", "damage", "redone"),
    [
        ("model/model.safetensors", cut, "tune"),
        ("model/model.safetensors", Path.unlink, "tune"),
        ("model", shutil.rmtree, "tune"),
        ("search.json", cut, "tune"),
        ("corpus/test.parquet", cut, "prepare"),
        ("corpus/cleaning.json", edit, "prepare"),
        ("predictions.parquet", cut, "audit"),
        ("audit.json", edit, "audit"),
        ("probes.json", Path.unlink, "probe"),
    ],
)
def test_a_damaged_stage_is_done_again(
    config: Path,
    made: Path,
    tmp_path: Path,
    name: str,
    damage: Callable[[Path], None],
    redone: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "boletim.app.stages.render.FORMATS", ("html",)
    )  # a PDF takes longer than all that is done again
    run = Path(shutil.copytree(made, tmp_path / "run"))
    damage(run / name)
    code, said = again(config, run)
    assert code == 0, said
    assert f"warning: {redone}: " in said
    stages = ("prepare", "tune", "audit", "probe")
    for stage in stages:
        kept = f"{stage}: done before, kept" in said
        assert kept == (stages.index(stage) < stages.index(redone)), said
    for other in ("predictions.parquet", "probes.json", "corpus/test.parquet", "model/model.safetensors"):
        assert (run / other).read_bytes() == (made / other).read_bytes(), other
    found, had = (json.loads((folder / "audit.json").read_text())["measures"] for folder in (run, made))
    assert found == had


def test_nothing_is_done_again_in_a_folder_that_was_copied(config: Path, made: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(made, tmp_path / "run"))
    code, said = again(config, run)
    assert code == 0
    assert "warning" not in said
    assert said.count("done before, kept") == 4
    assert (run / "card.json").read_bytes() == (made / "card.json").read_bytes()


def test_another_model_than_the_chosen_one_predicts_nothing(config: Path, made: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(made, tmp_path / "run"))
    weights = run / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    options = ["--data", str(config.parent / "t.csv"), "--text", "text", "--output", str(tmp_path / "o.csv")]
    result = CliRunner().invoke(app, ["predict", str(run), *options])
    assert "other weights than the search chose" in str(result.exception)
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize("command", ["run", "tune", "audit"])
def test_a_stop_before_the_search_begins_is_no_failure(config: Path, made: Path, tmp_path: Path, command: str) -> None:
    run = tmp_path / "run"
    if command == "audit":
        shutil.copytree(made, run)
    process = subprocess.Popen(
        [sys.executable, "-m", "boletim", command, str(config), "--run-dir", str(run)],
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline()  # its first word comes before the search
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert "the same command continues" in said
