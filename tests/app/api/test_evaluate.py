"""`boletim.evaluate`, `run`, `load` and `diff`: what a notebook or a script types."""

import doctest
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.metrics import accuracy_score, recall_score

import boletim
from boletim.contracts.errors import ConfigError, DataError, GateError, InputError


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    label = rng.choice(["bad", "good"], 400)
    predicted = np.where(rng.random(400) < 0.85, label, "bad")
    return pd.DataFrame(
        {"stars": label, "pred": predicted, "sex": rng.choice(["f", "m"], 400), "age": rng.integers(18, 80, 400)}
    )


@pytest.fixture(scope="module")
def report(frame: pd.DataFrame) -> boletim.Report:
    gates = [{"measure": "accuracy", "at_least": 0.8}, {"measure": "recall{class=good}", "at_least": 0.99}]
    return boletim.evaluate(
        frame,
        label="stars",
        predicted="pred",
        groups=["sex", {"age": [0, 40, 60]}],
        gates=gates,
        audit={"bootstrap": 100},
    )


def test_figures_are_those_of_scikit_learn(frame: pd.DataFrame, report: boletim.Report) -> None:
    values = report.measures.set_index("id")["value"]
    assert values["accuracy"] == pytest.approx(accuracy_score(frame["stars"], frame["pred"]))
    recall = recall_score(frame["stars"], frame["pred"], labels=["good"], average=None)
    assert values["recall{class=good}"] == pytest.approx(recall[0])
    women = frame[frame["sex"] == "f"]
    assert values["accuracy{sex=f}"] == pytest.approx(accuracy_score(women["stars"], women["pred"]))
    assert report.measures["age"].dropna().unique().size == 3


def test_measures_are_a_tidy_table(report: boletim.Report) -> None:
    table = report.measures
    assert table["id"].is_unique
    assert str(table["n"].dtype) == "int64"
    assert {str(table[name].dtype) for name in ("value", "low", "high", "p", "q")} == {"float64"}
    undefined = table[table["value"].isna()]
    assert undefined["undefined_because"].notna().all()
    assert {"severity", "verdict", "claim"} <= set(report.findings.columns)


def test_gates_decide_the_verdict_and_check_raises(report: boletim.Report, frame: pd.DataFrame) -> None:
    assert report.verdict == "fail"
    assert list(report.gates["status"]) == ["pass", "fail"]
    with pytest.raises(GateError, match="the verdict is fail"):
        report.check()
    fine = boletim.evaluate(frame, label="stars", predicted="pred", audit={"bootstrap": 100})
    assert fine.check() is fine


def test_nothing_is_printed_and_nothing_is_left(frame: pd.DataFrame, capfd: pytest.CaptureFixture[str]) -> None:
    made = boletim.evaluate(frame, label="stars", predicted="pred", audit={"bootstrap": 100})
    folder = made.path.parent
    assert capfd.readouterr() == ("", "")
    assert folder.is_dir()
    del made
    assert not folder.exists()


@pytest.mark.parametrize(
    ("settings", "error", "rule"),
    [
        ({"label": "starz"}, DataError, "'starz'.*did you mean 'stars'"),
        ({"predicted": "stars"}, InputError, "two columns, 'stars' was given for both"),
        ({"gates": [{"measure": "accuracy"}]}, ConfigError, "at_least"),
        ({"gates": [{"measure": "acuracy", "at_least": 0.5}]}, ConfigError, "did you mean 'accuracy'"),
        ({"groups": ["sez"]}, DataError, "did you mean 'sex'"),
        ({"audit": {"bootstraps": 5}}, ConfigError, "bootstraps"),
        ({"language": "xx"}, InputError, "xx"),
        ({"model": "somewhere"}, InputError, "text"),
    ],
)
def test_a_mistake_is_one_line(
    frame: pd.DataFrame, settings: dict[str, object], error: type[Exception], rule: str
) -> None:
    with pytest.raises(error, match=rule) as caught:
        boletim.evaluate(frame, **({"label": "stars", "predicted": "pred"} | settings))
    assert "\n" not in str(caught.value)


def test_what_is_kept_is_loaded_and_compared(frame: pd.DataFrame, tmp_path: Path) -> None:
    settings = {"label": "stars", "audit": {"bootstrap": 100}}
    old = boletim.evaluate(frame, predicted="pred", run_dir=tmp_path / "old", **settings)
    better = frame.assign(pred=frame["stars"])
    boletim.evaluate(better, predicted="pred", run_dir=tmp_path / "new", **settings)
    new = boletim.load(tmp_path / "new")
    assert new.measures.equals(boletim.load(tmp_path / "new").measures)
    assert boletim.diff(tmp_path / "new", old).outcome == "regression"
    assert old.diff(new).outcome == "no regression"


def test_a_configuration_is_run(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.to_csv(tmp_path / "p.csv", index=False)
    content = {
        "name": "mine", "language": "en", "predictions": "p.csv", "data": {"label": "stars", "predicted": "pred"},
        "audit": {"bootstrap": 200},
    }  # fmt: skip
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(content))
    made = boletim.run(tmp_path / "c.yaml", run_dir=tmp_path / "run", verbose=False, audit={"bootstrap": 100})
    assert (made.path / "card.pdf").is_file()
    assert json.loads((made.path / "audit.json").read_text("utf-8"))["facts"]["settings"]["bootstrap"] == 100


def test_it_needs_no_torch() -> None:
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('torch', 'transformers', 'datasets', 'optuna'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import boletim\n"
        "rows = {'label': ['a', 'b'] * 50, 'predicted': ['a', 'b'] * 50}\n"
        "print(boletim.evaluate(rows, audit={'bootstrap': 100}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Report('evaluation', verdict='not gated'")


def test_the_face_is_quick_and_names_what_it_offers() -> None:
    code = (
        "import sys, boletim; print(sorted({'numpy', 'pandas', 'pydantic', 'torch'} & set(sys.modules)), dir(boletim))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[] ")
    for name in ("Report", "TrainerCallback", "diff", "evaluate", "load", "run"):
        assert f"'{name}'" in done.stdout
    with pytest.raises(AttributeError, match="it offers"):
        boletim.evalute  # noqa: B018


@pytest.mark.parametrize("name", ["evaluate", "report"])
def test_the_examples_in_the_docstrings_run(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"boletim.app.api.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
