"""Passwords, tokens and this machine's paths are planted wherever a run can hold one, and looked for in every byte."""

import gzip
import json
import os
import random
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pandas as pd
import pytest
import yaml

BOLETIM = str(Path(sys.executable).with_name("boletim"))
SECRET = "geheim7Kq9"
FOLDER = "privat5Xw2"
_VARIABLES = (
    "PGPASSWORD", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "WANDB_API_KEY",
    "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_USERNAME", "BOLETIM_KEY_PASSWORD",
)  # fmt: skip
ENVIRONMENT = dict.fromkeys(_VARIABLES, SECRET)
TOPICS = {"care": ["nurse", "doctor", "patient", "ward"], "code": ["code", "server", "bug", "compiler"]}


def typed(*arguments, cwd):
    return subprocess.run(
        [BOLETIM, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | ENVIRONMENT,
    )


def contents(path: Path) -> bytes:
    """All that a file holds, compressed parts opened."""
    found = [path.read_bytes()]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", found[0], re.S):
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    if path.suffix == ".gz":
        found.append(gzip.decompress(found[0]))
    if path.suffix == ".parquet":
        found.append(pd.read_parquet(path).to_json().encode())
    return b"\n".join(found)


@pytest.fixture(scope="module")
def ran(tmp_path_factory, tiny_encoder_folder):
    folder = tmp_path_factory.mktemp("secrets") / FOLDER
    folder.mkdir()
    draw, rows = random.Random(1), []
    for number in range(240):
        label = list(TOPICS)[number % 2]
        text = " ".join(draw.choices([*TOPICS[label], "the", "every", "day"], k=9))
        rows.append({"text": text, "label": label, "gender": draw.choice("fm")})
    pd.DataFrame(rows).to_csv(folder / "d.csv", index=False)
    model = folder / "model"
    subprocess.run(["cp", "-r", str(tiny_encoder_folder), str(model)], check=True)
    content = {
        "name": "planted",
        "data": {"source": str(folder / "d.csv"), "text": "text", "label": "label", "groups": ["gender"]},
        "candidates": [{"model": str(model), "max_length": 32}],
        "tuning": {"trials": 1, "search": {"batch_size": 32, "epochs": 1, "learning_rate": 1e-3}},
        "audit": {"bootstrap": 100, "min_group": 5},
        "probes": {"use": ["pronoun_swap"], "data": {"winobias": str(folder / "d.csv")}},
        "card": {"owner": "x"},
        "gates": [{"measure": "accuracy", "at_least": 0.1}],
    }
    (folder / "c.yaml").write_text(yaml.safe_dump(content), "utf-8")
    done = typed("run", folder / "c.yaml", "--run-dir", folder / "runs" / "x", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_nothing_private_leaves_in_what_is_handed_round(ran):
    folder, _ = ran
    handed = [path for path in (folder / "runs" / "x").glob("card*") if path.is_file()]
    handed += [folder / "runs" / "x" / name for name in ("README.md", "provenance.json")]
    handed += list((folder / "runs" / "x").glob("*bom*"))
    assert {path.suffix for path in handed} >= {".pdf", ".html", ".json", ".md"}
    for path in handed:
        content = contents(path)
        for private in (SECRET, FOLDER, str(Path.home()) + "/"):
            assert private.encode() not in content, (path.name, private)
    pdf = contents(folder / "runs" / "x" / "card.pdf")
    assert b"source: d.csv" in pdf, "the attached configuration was looked into"


def test_no_secret_is_in_any_file_or_log(ran):
    folder, done = ran
    for path in folder.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in contents(path), path
    assert SECRET not in done.stdout + done.stderr
    assert (folder / "runs" / "x" / "config.yaml").stat().st_mode & 0o777 == 0o600


def test_the_card_agrees_with_its_redacted_evidence(ran):
    folder, _ = ran
    done = typed("verify", folder / "runs" / "x" / "card.pdf", "--json", cwd=folder)
    found = json.loads(done.stdout)
    assert found["outcome"] == "agrees", [item for item in found["items"] if item["status"] == "differs"]


@pytest.mark.parametrize(
    "wrong",
    [
        f"tuning.storage=postgresql://u:{SECRET}@127.0.0.1:1/d",
        f"tuning.storage=postgresql://127.0.0.1:1/d?password={SECRET}",
        "tuning.storage=postgresql+psycopg://u@127.0.0.1:1/d",
        "tuning.storage=nonsense://u@127.0.0.1:1/d",
        f"tuning.cluster=ray://k:{SECRET}@127.0.0.1:1",
        f"data.source=https://u:{SECRET}@127.0.0.1/d.csv",
        f"candidates=['https://u:{SECRET}@127.0.0.1/model']",
        f"card.owner=hf_{SECRET}{SECRET}{SECRET}",
    ],
)
def test_failing_tells_no_secret_and_writes_none(ran, wrong):
    folder, _ = ran
    done = typed("tune", folder / "c.yaml", "--set", wrong, "--run-dir", "failed", "--debug", cwd=folder)
    assert done.returncode == 2, done.stderr
    assert SECRET not in done.stdout + done.stderr
    for path in (folder / "failed").rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in contents(path), path
