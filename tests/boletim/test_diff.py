"""`boletim diff` on two audits of the same texts."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from typer.testing import CliRunner

from boletim.cli import app


def audited(folder: Path, name: str, predicted: np.ndarray, label: np.ndarray) -> Path:
    table = folder / f"{name}.csv"
    pd.DataFrame({"label": label, "predicted": predicted}).to_csv(table, index=False)
    run = folder / name
    command = f"audit --predictions {table} --quiet --run-dir {run} --name {name}"
    assert CliRunner().invoke(app, command.split()).exit_code == 0
    return run


def test_a_class_that_got_worse(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    label = np.repeat(["a", "b"], 300)
    other = np.where(label == "a", "b", "a")
    good = np.where(rng.random(600) < 0.9, label, other)
    worse = np.where((label == "b") & (rng.random(600) < 0.3), other, good)
    old, new = audited(tmp_path, "old", good, label), audited(tmp_path, "new", worse, label)

    result = CliRunner().invoke(app, ["diff", str(old), str(new), "--json"])
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    change = next(change for change in found["changes"] if change["id"] == "recall{class=b}")
    assert (change["status"], change["method"]) == ("worse", "mover, paired")
    assert found["is_same_texts"] is True
    assert change["difference"] == np.mean((worse == label)[300:]) - np.mean((good == label)[300:])

    assert CliRunner().invoke(app, ["diff", str(old), str(old)]).exit_code == 0
    assert "outcome: regression" in CliRunner().invoke(app, ["diff", str(old), str(new)]).stdout
    missing = CliRunner().invoke(app, ["diff", str(old), str(tmp_path / "none")])
    assert "does not exist" in str(missing.exception)
