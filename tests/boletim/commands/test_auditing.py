"""`boletim audit` of what was made elsewhere."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from boletim.cli import app


def test_an_audit_of_predictions_takes_settings_from_the_command_line(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    pd.DataFrame({"label": ["a", "b"] * 30, "predicted": ["a", "a"] * 30}).to_csv(table, index=False)
    command = ["audit", "--predictions", str(table), "--quiet", "--run-dir", str(tmp_path / "run")]
    assert (
        CliRunner().invoke(app, [*command, "--set", "audit.margin=0.2", "--set", "audit.bootstrap=100"]).exit_code == 0
    )
    settings = json.loads((tmp_path / "run" / "audit.json").read_text("utf-8"))["data"]["settings"]
    assert (settings["margin"], settings["bootstrap"]) == (0.2, 100)
    refused = CliRunner().invoke(app, [*command[:-1], str(tmp_path / "no"), "--set", "audit.margin=2"])
    assert "audit.margin: Input should be less than 1, got 2" in str(refused.exception)
    halved = CliRunner().invoke(app, [*command[:-1], str(tmp_path / "no"), "--set", "audit.precision=bf16"])
    assert "audit.precision is for models that are scored here" in str(halved.exception)
    assert not (tmp_path / "no").exists()


def test_sampling_weights_make_the_figures_the_population_s_and_the_card_says_so(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    gold, guess = ["a", "b", "a", "b"] * 25, ["a", "b", "b", "b"] * 25
    rows = {"label": gold, "predicted": guess, "g": ["x", "x", "y", "y"] * 25, "w": [1, 1, 3, 1] * 25}
    pd.DataFrame(rows).to_csv(table, index=False)
    command = ["audit", "--predictions", str(table), "--group", "g", "--quiet", "--set", "audit.bootstrap=100"]
    run = tmp_path / "run"
    done = CliRunner().invoke(app, [*command, "--set", "data.weights=w", "--run-dir", str(run)])
    assert done.exit_code == 0, done.output
    found = {measure["id"]: measure for measure in json.loads((run / "audit.json").read_text("utf-8"))["measures"]}
    assert found["accuracy"]["value"] == pytest.approx(0.5)  # three sixths of the weight are right
    assert found["accuracy{g=y}"]["value"] == pytest.approx(0.25)
    assert (found["accuracy"]["n"], found["support{class=a}"]["value"]) == (100, 50)
    html = " ".join((run / "card.html").read_text("utf-8").split())
    assert "the 100 examples differ in weight by up to 3.0 times and are worth 75 that count the same" in html
    verified = CliRunner().invoke(app, ["verify", str(run / "card.pdf")])
    assert verified.exit_code == 0, verified.output
    for wrong in ("0", "many", ""):
        pd.DataFrame(rows | {"w": [*rows["w"][:-1], wrong]}).to_csv(table, index=False)
        refused = CliRunner().invoke(app, [*command, "--set", "data.weights=w", "--run-dir", str(tmp_path / "no")])
        assert "row 100: a sampling weight is a number above 0, 'w' is" in str(refused.exception)
