"""`boletim diff` on two audits of the same texts."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.contracts.method import MOVER, PAIRED


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
    assert (change["status"], change["method"]) == ("worse", (MOVER + PAIRED).model_dump(mode="json"))
    assert found["is_same_texts"] is True
    assert change["difference"] == np.mean((worse == label)[300:]) - np.mean((good == label)[300:])

    paired = {measure["id"]: measure for measure in found["paired"]}
    lost, won = int(((good == label) & (worse != label)).sum()), int(((good != label) & (worse == label)).sum())
    assert paired["accuracy_change"]["value"] == pytest.approx((won - lost) / 600)
    test = mcnemar([[0, lost], [won, 0]], exact=True)
    assert paired["accuracy_change"]["p"] < test.pvalue < 1e-6  # the mid-p is the exact p less half its last term
    assert paired["recall_change{class=a}"]["p"] == 1.0
    assert paired["recall_change{class=b}"]["q"] <= 2 * paired["recall_change{class=b}"]["p"]

    assert CliRunner().invoke(app, ["diff", str(old), str(old)]).exit_code == 0
    assert "outcome: regression" in CliRunner().invoke(app, ["diff", str(old), str(new)]).stdout
    missing = CliRunner().invoke(app, ["diff", str(old), str(tmp_path / "none")])
    assert "does not exist" in str(missing.exception)
