import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

BOLETIM = [str(Path(sys.executable).with_name("boletim"))]


def boletim(*arguments, cwd):
    return subprocess.run([*BOLETIM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def predictions(tmp_path):
    rows = [
        {
            "id": i,
            "label": "ab"[i % 2],
            "predicted": "ab"[(i % 2) if i % 5 else 1 - i % 2],
            "gender": "fm"[(i // 2) % 2],
        }
        for i in range(400)
    ]
    path = tmp_path / "p.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_predictions_made_anywhere_end_in_a_card_without_torch(predictions, tmp_path):
    code = (
        "import sys; sys.argv = ['boletim', 'audit', '--predictions', sys.argv[1], '--group', 'gender', '--json']\n"
        "import boletim.app.cli; boletim.app.cli.main()\n"
        "assert not {'torch', 'transformers', 'optuna'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(predictions)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    outcome = json.loads(done.stdout)
    folder = tmp_path / outcome["run"]
    assert outcome["verdict"] == "not gated"
    assert (folder / "card.pdf").read_bytes().startswith(b"%PDF")
    measures = {m["id"]: m for m in json.loads((folder / "audit.json").read_text("utf-8"))["measures"]}
    assert measures["accuracy"]["value"] == pytest.approx(0.8)
    before = (folder / "card.pdf").read_bytes()
    for name in ("card.pt-BR.pdf", "card.signed.pdf"):
        (folder / name).write_bytes(b"of an earlier drawing")
    assert boletim("render", folder, cwd=tmp_path).returncode == 0
    assert (folder / "card.pdf").read_bytes() == before
    assert not (folder / "card.pt-BR.pdf").exists(), "a reader would take the old one"
    assert (folder / "card.signed.pdf").exists()
    assert boletim("check", folder, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "absent.yaml"], "no such configuration file"),
        (["audit"], "give one of CONFIG, --model and --predictions, got none"),
        (["audit", "--predictions", "absent.csv"], "absent.csv"),
        (["audit", "--predictions", "p.csv", "--label", "lable"], "label"),
        (["audit", "--predictions", "p.csv", "--group", "gendre"], "gender"),
        (["audit", "--model", "absent", "--data", "p.csv", "--text", "label"], "absent"),
        (["audit", "--model", "absent"], "--model needs --data and --text"),
        (["check", "absent"], "absent does not exist"),
        (["render", "absent"], "absent does not exist"),
        (["predict", "absent", "--data", "p.csv", "--text", "label", "--output", "o.csv"], "absent does not exist"),
        (["schema", "cnofig"], "a schema is one of config, audit"),
        (["init", "--language", "xx"], "--language is one of en, pt-BR"),
        (["probe", "--model", "absent", "--probe", "gender_profesion"], "did you mean 'gender_profession'"),
        (["run", "--no-such-option"], "No such option"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(predictions, tmp_path, arguments, message):
    before = sorted(path.name for path in tmp_path.iterdir())
    done = boletim(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if done.stderr.startswith("boletim:"):
        assert len(done.stderr.strip().splitlines()) == 1
    left = [path.name for path in tmp_path.iterdir() if path.name != "runs"]
    assert sorted(left) == before, "nothing half-written"


def test_init_writes_once(tmp_path):
    assert boletim("init", "--language", "pt-BR", cwd=tmp_path).returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"boletim.yaml", "boletim-example.csv"}
    again = boletim("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "init overwrites nothing" in again.stderr


def test_schemas_and_doctor(tmp_path):
    assert "candidates" in json.loads(boletim("schema", "config", cwd=tmp_path).stdout)["properties"]
    assert "measures" in json.loads(boletim("schema", "audit", cwd=tmp_path).stdout)["properties"]
    checks = json.loads(boletim("doctor", "--json", cwd=tmp_path).stdout)["checks"]
    assert any(check["name"] == "torch" and check["found"] for check in checks)


@pytest.mark.parametrize("asked", [("-h",), ("--help",), ("run", "-h")])
def test_help_has_a_short_name(asked, tmp_path):
    done = boletim(*asked, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: boletim ")


def test_the_shell_completes_commands_and_options(tmp_path):
    def completed(words):
        env = os.environ | {
            "_BOLETIM_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        done = subprocess.run(BOLETIM, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        return set(done.stdout.split())

    assert completed("boletim pre") == {"predict"}
    assert {"--dry-run", "--set"} <= completed("boletim run --")


def test_a_reader_of_portuguese_is_told_nothing_in_english(predictions, tmp_path):
    env = {key: value for key, value in os.environ.items() if key not in ("LC_ALL", "LC_MESSAGES")}
    env["LANG"] = "pt_BR.UTF-8"

    def told(*arguments):
        done = subprocess.run(
            [*BOLETIM, *arguments], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    gates = "gates=[{measure: accuracy, at_least: 0.5}, {measure: f1_macro, at_least: 0.99}]"
    audit = ("audit", "--predictions", str(predictions), "--group", "gender", "--run-dir", "out")
    said = [told(*audit, "--set", "audit.bootstrap=100", "--set", gates)]
    said += [told("check", "out"), told("diff", "out", "out"), told("verify", "out/card.pdf")]
    said += [told("init"), told("run", "boletim.yaml", "--dry-run"), told("audit")]
    text = "\n".join(said)
    for expected in (
        "veredito: reprovado",
        "achados:",
        "resultado: não conferido",
        "próximo passo",
        "critérios: ",
        "dê um de",
    ):
        assert expected in text
    english = re.findall(r"\b(?:the|is|are|of|with|not|and|wholly|verdict|outcome|findings|trials|rows)\b", text)
    assert not english, text
