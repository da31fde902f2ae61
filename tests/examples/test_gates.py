"""The three examples of gates come out as their names say, on predictions with the quick start's planted truth."""

import shlex
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.flows.foreign import audit_finished
from boletim.app.run import Run
from boletim.app.screen.terminal import Terminal
from boletim.contracts.configuration import TuningConfig
from boletim.contracts.configuration.file import load_config
from boletim.contracts.files.run_folder import RunFolder

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OCCUPATIONS = [
    "administrator",
    "architect",
    "chef",
    "journalist",
    "lawyer",
    "nurse",
    "programmer",
    "surgeon",
    "teacher",
]
PLANTED = {("surgeon", "female"), ("nurse", "male")}
REGIONS = ("north", "southeast", "south")
CODES = {"pass": 0, "fail": 1, "insufficient_evidence": 3}


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """196 rows a class, as in the quick start's test split; two in five of a planted group are missed."""
    rows = []
    for label in OCCUPATIONS:
        for i in range(196):
            gender, region = ("female", "male")[i % 2], REGIONS[(i // 2) % 3]
            is_missed = (label, gender) in PLANTED and (i // 2) % 5 < 2
            predicted = "administrator" if is_missed else label
            rows.append({"label": label, "predicted": predicted, "gender": gender, "region": region})
    path = tmp_path_factory.mktemp("gates") / "predictions.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", CODES)
def test_an_example_comes_out_as_it_is_named(name: str, predictions: Path, tmp_path: Path) -> None:
    config = load_config(EXAMPLES / "gates" / f"{name}.yaml")
    data = config.data.model_copy(update={"source": str(predictions), "label": "label"})
    audit = config.audit.model_copy(update={"bootstrap": 200})
    card = config.card.model_copy(update={"languages": ("en",)})
    finished = {"candidates": (), "tuning": TuningConfig(), "predictions": str(predictions)}
    stub = config.model_copy(update=finished | {"data": data, "audit": audit, "card": card})
    run = Run(stub, RunFolder(tmp_path), Terminal(quiet=True), "boletim audit")
    assert audit_finished(run).verdict == name.replace("_", " ")
    checked = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert checked.exit_code == CODES[name]
    assert f"verdict: {name.replace('_', ' ')}" in checked.output


@pytest.mark.parametrize("name", CODES)
def test_the_examples_differ_from_the_quick_start_in_gates_and_card_alone(name: str) -> None:
    kept = {"candidates", "tuning", "audit", "probes", "seed", "language"}
    example, quick = (load_config(EXAMPLES / path) for path in (f"gates/{name}.yaml", "quickstart/boletim.yaml"))
    assert example.model_dump(include=kept) == quick.model_dump(include=kept)
    words = {"description", "licence"}
    assert example.data.model_dump(exclude=words) == quick.data.model_dump(exclude=words)
    assert example.gates != quick.gates


@pytest.mark.parametrize("name", CODES)
def test_the_documented_command_names_the_example_and_its_folder(name: str) -> None:
    line = next(s for s in (EXAMPLES / "README.md").read_text("utf-8").splitlines() if f"(gates/{name}.yaml)" in s)
    run, check = line.split("`")[-2].split("; ")
    assert shlex.split(run) == ["boletim", "run", f"examples/gates/{name}.yaml"]
    assert shlex.split(check) == ["boletim", "check", f"runs/{load_config(EXAMPLES / 'gates' / f'{name}.yaml').name}"]
