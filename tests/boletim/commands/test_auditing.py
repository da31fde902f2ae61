"""`boletim audit` of what was made elsewhere."""

import json
from pathlib import Path

import pandas as pd
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
    assert not (tmp_path / "no").exists()
