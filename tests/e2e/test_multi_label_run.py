"""A run where a text may have several labels, through the command line: tiny random model, planted words."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn import metrics as sk

BOLETIM = str(Path(sys.executable).with_name("boletim"))
TOPICS = {
    "care": ["nurse", "doctor", "patient"],
    "code": ["server", "bug", "compiler"],
    "sport": ["goal", "match", "team"],
}
OTHERS = ["the", "every", "day", "night", "with", "her", "his", "old", "young", "good", "bad", "works", "runs"]


def boletim(*arguments, cwd):
    return subprocess.run([BOLETIM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def rows(n, seed):
    draw = random.Random(seed)
    for number in range(n):
        labels = [topic for topic, share in zip(TOPICS, (0.5, 0.4, 0.3), strict=True) if draw.random() < share]
        words = [word for topic in labels for word in draw.choices(TOPICS[topic], k=3)] + draw.choices(OTHERS, k=6)
        draw.shuffle(words)
        yield {"text": " ".join([*words, str(number)]), "topics": labels, "gender": draw.choice(["female", "male"])}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tiny_encoder_folder):
    place = tmp_path_factory.mktemp("multi")
    (place / "texts.jsonl").write_text("\n".join(json.dumps(row) for row in rows(400, 1)))
    config = {
        "name": "multi",
        "task": "multi_label_classification",
        "data": {
            "source": "texts.jsonl",
            "text": "text",
            "label": "topics",
            "groups": ["gender"],
            "clean": {"duplicates": False},
        },
        "candidates": [{"model": str(tiny_encoder_folder), "max_length": 24}],
        "tuning": {
            "trials": 1,
            "objective": "f1_micro",
            "early_stopping": {"patience": 15},
            "search": {"learning_rate": 1e-2, "batch_size": [16], "epochs": 15},
        },
        "audit": {"bootstrap": 200, "thresholds": "validation"},
        "probes": {"use": ["gender_profession"]},
        "gates": [{"measure": "f1_samples", "at_least": 0.01}],
        "card": {"languages": ["en"]},
    }
    (place / "config.yaml").write_text(yaml.safe_dump(config))
    done = boletim("run", "config.yaml", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def test_the_model_learns_and_is_saved_as_multi_label(folder):
    run = folder / "runs" / "multi"
    assert json.loads((run / "model/config.json").read_text())["problem_type"] == "multi_label_classification"
    measures = {m["id"]: m for m in json.loads((run / "audit.json").read_text())["measures"]}
    assert measures["f1_micro"]["value"] > 0.9, "each label has words of its own"
    frame = pd.read_parquet(run / "predictions.parquet")
    names = sorted(TOPICS)
    gold, said = (
        np.array([[name in held for name in names] for held in frame[column]]) for column in ("label", "predicted")
    )
    assert measures["f1_samples"]["value"] == pytest.approx(sk.f1_score(gold, said, average="samples", zero_division=0))
    scores = frame[[f"score_{name}" for name in names]].to_numpy()
    chosen = np.array([measures[f"decision_threshold{{class={name}}}"]["value"] for name in names])
    np.testing.assert_array_equal(said, scores >= chosen)
    assert np.abs(scores.sum(axis=1) - 1).max() > 0.2, "each score is a probability of its own"


def test_every_label_keeps_its_share_in_every_split(folder):
    report = json.loads((folder / "runs/multi/corpus/cleaning.json").read_text())["splits"]
    for name in TOPICS:
        shares = [report[split]["labels"][name] / report[split]["n"] for split in ("train", "validation", "test")]
        assert max(shares) - min(shares) < 0.04, name
    assert [report[split]["n"] for split in ("train", "validation", "test")] == pytest.approx([260, 60, 80], abs=3)


def test_the_card_says_what_holds_and_verifies(folder):
    run = folder / "runs" / "multi"
    probe = json.loads((run / "probes.json").read_text())["probes"][0]
    assert probe["unusable_because"] == {"kind": "needs_one_label", "values": {}}
    html = (run / "card.html").read_text()
    assert "Accuracy (exact match)" in html
    assert "the most frequent set" in html
    for false in ("Confusion matrix", "come without scores", "second class"):
        assert false not in html, false
    done = boletim("verify", run / "card.pdf", cwd=folder)
    assert done.returncode == 0, done.stdout


def test_the_model_predicts_and_is_audited_like_any_other(folder):
    (folder / "new.csv").write_text("text\nthe nurse doctor patient\nserver bug compiler goal match team\n")
    done = boletim("predict", "runs/multi", "--data", "new.csv", "--text", "text", "--output", "out.csv", cwd=folder)
    assert done.returncode == 0, done.stderr
    audited = json.loads((folder / "runs/multi/audit.json").read_text())["facts"]
    chosen = dict(zip(audited["labels"], audited["thresholds"], strict=True))
    out = pd.read_csv(folder / "out.csv").fillna("")
    for row in out.to_dict("records"):
        said = (name for name, threshold in chosen.items() if row[f"score_{name}"] >= threshold)
        assert row["predicted"] == "|".join(said)
    assert out["predicted"][0] == "care"
    (folder / "other.jsonl").write_text("\n".join(json.dumps(row) for row in rows(90, 2)))
    done = boletim(
        "audit", "--model", "runs/multi/model", "--data", "other.jsonl", "--text", "text", "--label", "topics",
        "--group", "gender", "--run-dir", "other", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    measures = {m["id"]: m for m in json.loads((folder / "other/audit.json").read_text())["measures"]}
    assert measures["accuracy"]["n"] == 90
    assert measures["f1_micro"]["value"] > 0.8


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b"], "needs lists of labels, or texts with | between them"),
        ([["a", "b"], None], "every row needs text and label"),
        ([["a", "b"], ["a", {"x": 1}]], "a label is a text or a number"),
    ],
)
def test_bad_labels_are_one_clear_line(tmp_path, folder, labels, message):
    lines = [json.dumps({"text": f"nurse {i}", "topics": labels[i % 2], "gender": "f"}) for i in range(20)]
    (tmp_path / "texts.jsonl").write_text("\n".join(lines))
    (tmp_path / "config.yaml").write_text((folder / "config.yaml").read_text())
    done = boletim("run", "config.yaml", "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
