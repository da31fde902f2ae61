"""One configuration for the owner of a finished model or of predictions, through the same door as a search."""

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.stages import audit as audit_stage
from boletim.audit.reading import any_kind
from boletim.audit.reading.any_size import read_any_size
from boletim.contracts.configuration.file import load_config
from boletim.contracts.errors import ConfigError
from boletim.contracts.files.gates_seal import sealed_at
from boletim.contracts.files.run_folder import RunFolder
from boletim.engine.engine import Here, Job, Stop

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
GATES = [{"measure": "accuracy", "at_least": 0.1}]


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    draw = random.Random(3)
    rows = [{"truth": draw.choice("ab"), "sex": draw.choice("fm")} for _ in range(120)]
    for row in rows:
        row["guess"] = row["truth"] if draw.random() < 0.8 else "a"
    pd.DataFrame(rows).to_csv(tmp_path / "predictions.csv", index=False)
    return tmp_path / "predictions.csv"


def write(folder: Path, **content: object) -> Path:
    path = folder / "finished.yaml"
    path.write_text(yaml.safe_dump({"name": "finished", "audit": {"bootstrap": 100}, **content}), encoding="utf-8")
    return path


def of_predictions(folder: Path, **more: object) -> Path:
    data = {"label": "truth", "predicted": "guess", "groups": ["sex"]}
    return write(folder, **{"predictions": "predictions.csv", "data": data, "gates": GATES, **more})


@pytest.mark.parametrize("command", ["run", "audit"])
def test_predictions_are_audited_and_the_gates_sealed_before(
    predictions: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, folder = of_predictions(tmp_path), RunFolder(tmp_path / "run")
    read, sealed = audit_stage.audit_file_and_write, []

    def watched(*arguments: object) -> object:
        sealed.append(folder.gates.exists())
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("boletim.app.flows.foreign.audit_file_and_write", watched)
    done = CliRunner().invoke(app, [command, str(config), "--run-dir", str(folder.path)])
    assert done.exit_code == 0, done.output
    assert sealed == [True]
    assert sealed_at(folder, load_config(config).gates) is not None
    card = json.loads(folder.card.read_text(encoding="utf-8"))
    assert card["verdict"] == "pass"
    table = pd.read_csv(predictions)
    figures = {measure["id"]: measure["value"] for measure in card["audit"]["measures"]}
    assert figures["accuracy"] == pytest.approx((table["truth"] == table["guess"]).mean())


def test_predictions_are_read_once_and_refused_before_anything_is_written(
    predictions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is said of them: gates, costs, names."""
    n_read = []
    monkeypatch.setattr(any_kind, "read_any_size", lambda *a, **k: n_read.append(1) or read_any_size(*a, **k))
    done = CliRunner().invoke(app, ["audit", str(of_predictions(tmp_path)), "--run-dir", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output
    assert n_read == [1]
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.is_file()}
    wrong = of_predictions(tmp_path, gates=[{"measure": "recall{class=nobody}", "at_least": 0.5}])
    for folder in ("new", "run"):
        done = CliRunner().invoke(app, ["audit", str(wrong), "--run-dir", str(tmp_path / folder)])
        assert isinstance(done.exception, ConfigError)
        assert re.search(r"line \d+: gates\[0\].measure: 'nobody' is not a class", str(done.exception))
    assert not (tmp_path / "new").exists()
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.is_file()} == before


def test_a_model_is_audited_and_its_card_says_nothing_that_nobody_chose(
    make_model: Callable[..., Path], make_texts: Callable[..., list[str]], tmp_path: Path
) -> None:
    model = make_model("bert", ("no", "yes"))
    pd.DataFrame({"text": make_texts(60), "label": [0, 1] * 30}).to_csv(tmp_path / "data.csv", index=False)
    data = {"source": "data.csv", "text": "text", "label": "label"}
    card = {"languages": ["en", "pt-BR"]}
    config = write(tmp_path, model=str(model), data=data, gates=GATES, card=card, probes={"use": []})
    folder = tmp_path / "run"
    done = CliRunner().invoke(app, ["run", str(config), "--run-dir", str(folder)])
    assert done.exit_code == 0, done.output
    assert "labels matched to the model's classes by number: 0 is no, 1 is yes" in done.output
    for name, absent in {
        "card.html": ("15% validation", "stratified", "Base model", "Base revision"),
        "card.pt-BR.html": ("estratificad", "Modelo de base", "Modelo base"),
        "README.md": ("base_model", "stratified"),
        "bom.json": ("pedigree",),
    }.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert [words for words in absent if words in text] == [], name
    written = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    assert not {"tuning", "candidates"} & set(written)
    assert not {"split", "clean"} & set(written["data"])
    assert "split" not in json.loads((folder / "card.json").read_text(encoding="utf-8"))["data"]
    checked = CliRunner().invoke(app, ["verify", str(folder / "card.pdf")])
    assert checked.exit_code == 0, checked.output


class Two:
    """Two jobs at once, counted."""

    n_at_once = 2

    def __init__(self) -> None:
        self.jobs: list[str] = []

    @contextmanager
    def opened(self, *_: object) -> Iterator["Two"]:
        yield self

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        self.jobs.append(type(job).__name__)
        return Here().work(job, hear, stop)


def test_texts_of_a_finished_model_are_scored_by_all_workers(
    make_model: Callable[..., Path],
    make_texts: Callable[..., list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = make_model("bert", ("no", "yes"))
    pd.DataFrame({"text": make_texts(60), "label": ["no", "yes"] * 30}).to_csv(tmp_path / "data.csv", index=False)
    data = {"source": "data.csv", "text": "text", "label": "label"}
    two = Two()
    monkeypatch.setattr("boletim.models.workers.scoring.WORTH_IT", 40)
    monkeypatch.setattr("boletim.tuning.training.engines.ray_for", two.opened)
    found = []
    for parallel in (1, 2):
        config = write(tmp_path, model=str(model), data=data, probes={"use": []}, tuning={"parallel": parallel})
        folder = tmp_path / f"run-{parallel}"
        done = CliRunner().invoke(app, ["audit", str(config), "--run-dir", str(folder)])
        assert done.exit_code == 0, done.output
        assert two.jobs == ["_Scoring"] * 8 * (parallel - 1)
        found.append(pd.read_parquet(folder / "predictions.parquet"))
    pd.testing.assert_frame_equal(*found, rtol=0, atol=1e-6)


def test_files_of_a_folder_are_summed_by_all_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two, parts = Two(), tmp_path / "parts"
    parts.mkdir()
    draw = random.Random(3)
    for place in range(3):
        rows = [{"truth": draw.choice("ab"), "guess": draw.choice("ab"), "sex": draw.choice("fm")} for _ in range(50)]
        pd.DataFrame(rows).to_parquet(parts / f"{place}.parquet")
    monkeypatch.setattr("boletim.audit.reading.any_size.ROWS_IN_MEMORY", 100)
    monkeypatch.setattr("boletim.engine.opened.ray_for", two.opened)
    data = {"label": "truth", "predicted": "guess", "groups": ["sex"]}
    found = []
    for parallel in (1, 2):
        config = write(tmp_path, predictions=str(parts), data=data, tuning={"parallel": parallel})
        folder = RunFolder(tmp_path / f"run-{parallel}")
        done = CliRunner().invoke(app, ["audit", str(config), "--run-dir", str(folder.path)])
        assert done.exit_code == 0, done.output
        assert two.jobs == ["_Summing"] * 3 * (parallel - 1)
        found.append((folder.audit.read_bytes(), folder.predictions.read_bytes()))
    assert found[0] == found[1]
    assert json.loads(found[0][0])["facts"]["n"] == 150


DATA = {"source": "x.csv", "text": "t", "label": "y"}
MISTAKES = {
    "none of them": ({"data": DATA}, "give one of candidates .* got none"),
    "two of them": ({"data": DATA, "candidates": ["a"], "model": "b"}, "got candidates and model"),
    "a search of a finished model": ({"data": DATA, "model": "b", "tuning": {"trials": 3}}, "tuning is for candidates"),
    "a split of a finished model": (
        {"data": {"train": "a.csv", "test": "b.csv", "text": "t", "label": "y"}, "model": "b"},
        "data.source",
    ),
    "two files of predictions": ({"data": {"source": "a.csv", "label": "y"}, "predictions": "b.csv"}, "data.source"),
    "predicted without predictions": ({"data": DATA | {"predicted": "p"}, "model": "b"}, "columns of predictions"),
    "no text": ({"data": {"source": "x.csv", "label": "y"}, "model": "b"}, "data.text is missing"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line(name: str, tmp_path: Path) -> None:
    content, expected = MISTAKES[name]
    with pytest.raises(ConfigError, match=expected) as caught:
        load_config(write(tmp_path, **content))
    assert "\n" not in str(caught.value)


def test_there_is_nothing_to_tune_in_a_finished_model(predictions: Path, tmp_path: Path) -> None:
    config = of_predictions(tmp_path)
    done = CliRunner().invoke(app, ["tune", str(config), "--run-dir", str(tmp_path / "run")])
    assert "needs candidates" in str(done.exception)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["finished_model.yaml", "predictions.yaml"])
def test_the_examples_are_valid(name: str) -> None:
    config = load_config(EXAMPLES / name)
    assert config.is_finished
    assert config.gates
