"""A run of named entities through the command line: tiny random model, texts longer than its windows, planted names."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

BOLETIM = str(Path(sys.executable).with_name("boletim"))
PEOPLE, PLACES = ["nurse", "doctor", "patient"], ["server", "bug", "compiler"]
OTHERS = ["the", "every", "day", "night", "with", "her", "his", "old", "young", "good", "bad", "works", "runs"]


def boletim(*arguments, cwd):
    return subprocess.run([BOLETIM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def rows(n, seed):
    """Texts of 3 to 40 words; two names that follow each other are one entity."""
    draw = random.Random(seed)
    for number in range(n):
        tokens, tags, sexes = [], [], []
        for _ in range(draw.randint(1, 8)):
            tokens += draw.choices(OTHERS, k=draw.randint(1, 4))
            tags += ["O"] * (len(tokens) - len(tags))
            kind, names = draw.choice([("PER", PEOPLE), ("LOC", PLACES)])
            tokens += draw.choices(names, k=2)
            tags += [f"B-{kind}", f"I-{kind}"]
            sexes.append(draw.choice(["f", "m"]) if kind == "PER" else None)
        yield {"tokens": tokens, "ner_tags": tags, "sex": sexes, "doc": str(number // 4)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tiny_encoder_folder):
    place = tmp_path_factory.mktemp("entities")
    (place / "texts.jsonl").write_text("\n".join(json.dumps(row) for row in rows(240, 1)))
    config = {
        "name": "entities",
        "task": "token_classification",
        "data": {
            "source": "texts.jsonl", "text": "tokens", "label": "ner_tags", "groups": ["sex"], "cluster": "doc",
            "split": {"by": "doc"}, "clean": {"duplicates": False},
        },
        "candidates": [{"model": str(tiny_encoder_folder), "max_length": 12}],
        "tuning": {
            "trials": 1,
            "objective": "f1_micro",
            "early_stopping": {"patience": 15},
            "search": {"learning_rate": 1e-2, "batch_size": [16], "epochs": 6},
        },
        "audit": {"bootstrap": 200, "show_texts": True},
        "probes": {"use": ["gender_profession"]},
        "gates": [{"measure": "recall_micro", "at_least": 0.5}],
        "card": {"languages": ["en", "pt-BR"]},
    }  # fmt: skip
    (place / "config.yaml").write_text(yaml.safe_dump(config))
    done = boletim("run", "config.yaml", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def test_the_model_learns_and_no_entity_is_lost_to_truncation(folder):
    run = folder / "runs" / "entities"
    config = json.loads((run / "model/config.json").read_text())
    assert config["architectures"] == ["BertForTokenClassification"]
    assert list(config["id2label"].values()) == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
    audit = json.loads((run / "audit.json").read_text())
    measures = {m["id"]: m for m in audit["measures"]}
    assert measures["f1_micro"]["value"] > 0.9, "each type has words of its own"
    frame = pd.read_parquet(run / "predictions.parquet")
    n_true = sum(len(cell) for cell in frame["label"])
    assert n_true == measures["recall_micro"]["n"] > 100
    corpus = pd.read_parquet(run / "corpus/test.parquet")
    assert max(len(text.split()) for text in corpus["text"]) > 24  # three windows and more
    late = [one for cell in frame["predicted"] for one in cell if one["start"] > 100]
    assert late, "entities are found far behind the first window"
    assert audit["facts"]["own"]["has_documents"]
    assert {"sex=f", "sex=m"} <= {i[13:-1] for i in measures if i.startswith("recall_micro{sex")}
    assert audit["drawn"] == [] or audit["drawn"][0]["text"]


def test_the_card_verifies_and_probes_say_why_they_cannot_run(folder):
    run = folder / "runs" / "entities"
    probe = json.loads((run / "probes.json").read_text())["probes"][0]
    assert probe["unusable_because"] == {"kind": "needs_text_classifier", "values": {}}
    done = boletim("verify", run / "card.pdf", "--predictions", run / "predictions.parquet", cwd=folder)
    assert done.returncode == 0, done.stdout
    assert "How entities are missed" in (run / "card.html").read_text()
    assert boletim("check", run, cwd=folder).returncode == 0


def test_the_finished_model_is_audited_and_predicts_what_can_be_audited(folder):
    run, more = folder / "runs" / "entities", list(rows(30, 2))
    texts = [{"text": " ".join(row["tokens"]), **row} for row in more]
    (folder / "more.jsonl").write_text("\n".join(json.dumps(row) for row in texts))
    task = ("--task", "token_classification", "--label", "ner_tags", "--quiet")
    done = boletim("audit", "--model", run / "model", "--data", "more.jsonl", "--text", "tokens", *task,
                   "--run-dir", "of_model", cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = boletim("predict", run, "--data", "more.jsonl", "--text", "text", "--output", "said.jsonl", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = boletim("audit", "--predictions", "said.jsonl", *task, "--run-dir", "of_file", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = [json.loads((folder / one / "audit.json").read_text()) for one in ("of_model", "of_file")]
    f1 = [{m["id"]: m["value"] for m in one["measures"]}["f1_micro"] for one in found]
    assert f1[0] == f1[1] > 0.9


def test_a_model_of_another_task_is_refused(folder):
    run = folder / "runs" / "entities"
    done = boletim("audit", "--model", run / "model", "--data", "texts.jsonl", "--text", "tokens", "--label",
                   "ner_tags", cwd=folder)  # fmt: skip
    assert done.returncode == 2
    assert "whose task is token_classification; give --task token_classification" in done.stderr
