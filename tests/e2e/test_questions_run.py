"""A run of questions through the command line: tiny random model, texts longer than its windows, planted answers."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

BOLETIM = str(Path(sys.executable).with_name("boletim"))
FIRST, LAST = ["nurse", "doctor", "patient"], ["server", "bug", "compiler"]
OTHERS = ["the", "every", "day", "night", "with", "her", "his", "old", "young", "good", "bad", "works", "runs"]


def boletim(*arguments, cwd):
    return subprocess.run([BOLETIM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def squad(n, seed, prefix):
    """Each text names one or two people, or nobody; who stands there is asked, and there is no answer to some."""
    draw, paragraphs = random.Random(seed), []
    for number in range(n):
        words = draw.choices(OTHERS, k=draw.randint(4, 40))
        answers = []
        if number % 4:
            place = draw.randrange(len(words))
            words[place:place] = [draw.choice(FIRST), draw.choice(LAST)]
            said = " ".join(words[place : place + 2])
            answers = [{"text": said, "answer_start": len(" ".join([*words[:place], ""]))}]
        context = " ".join(words)
        side = draw.choice(["north", "south"])
        paragraphs.append({"context": context, "side": side, "qas": [
            {"id": f"{prefix}{number}", "question": "the nurse runs", "answers": answers,
             "is_impossible": not answers}]})  # fmt: skip
    return {"version": "v2.0", "data": [{"title": "all", "paragraphs": paragraphs}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tiny_encoder_folder):
    place = tmp_path_factory.mktemp("questions")
    (place / "squad.json").write_text(json.dumps(squad(400, 1, "a")))
    config = {
        "name": "questions",
        "task": "question_answering",
        "data": {"source": "squad.json", "text": "context", "label": "answers", "groups": ["side"]},
        "candidates": [{"model": str(tiny_encoder_folder), "max_length": 20}],
        "tuning": {
            "trials": 1,
            "objective": "token_f1",
            "early_stopping": {"patience": 15},
            "search": {"learning_rate": 1e-2, "batch_size": [16], "epochs": 8},
        },
        "audit": {"bootstrap": 200},
        "probes": {"use": ["gender_profession"]},
        "gates": [{"measure": "token_f1", "at_least": 0.5}],
        "card": {"languages": ["en", "pt-BR"]},
    }
    (place / "config.yaml").write_text(yaml.safe_dump(config))
    done = boletim("run", "config.yaml", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def measures_of(folder):
    return {one["id"]: one for one in json.loads((folder / "audit.json").read_text())["measures"]}


def test_the_model_learns_and_no_answer_is_lost_to_truncation(folder):
    run = folder / "runs" / "questions"
    assert json.loads((run / "model/config.json").read_text())["architectures"] == ["BertForQuestionAnswering"]
    settings = json.loads((run / "model/answering.json").read_text())
    assert settings["longest_answer"] == 30
    assert settings["no_answer_threshold"] is not None, "validation has questions without an answer"
    chosen = json.loads((run / "card.json").read_text())["model"]["no_answer"]
    assert chosen == {"threshold": settings["no_answer_threshold"], "chosen_on": settings["chosen_on"]}
    assert settings["chosen_on"]["n_found"] / settings["chosen_on"]["n_unanswerable"] > 0.8
    measures = measures_of(run)
    assert measures["token_f1"]["value"] > 0.9, "those asked for have words of their own"
    assert measures["no_answer_accuracy"]["value"] > 0.8
    assert {"token_f1{side=north}", "token_f1{side=south}"} <= measures.keys()
    frame = pd.read_parquet(run / "predictions.parquet")
    assert len(frame) == measures["token_f1"]["n"] == 80
    corpus = pd.read_parquet(run / "corpus/test.parquet")
    places = [json.loads(label)["answers"] for label in corpus["label"]]
    late = [number for number, own in enumerate(places) if own and own[0][1] > 70]
    said = dict(zip(frame["id"], frame["predicted"], strict=True))
    hits = [said[corpus["id"][number]] == places[number][0][0] for number in late]
    assert len(hits) > 5
    assert sum(hits) / len(hits) > 0.8, "answers are found far behind the first window"


def test_the_card_verifies_and_probes_say_why_they_cannot_run(folder):
    run = folder / "runs" / "questions"
    probe = json.loads((run / "probes.json").read_text())["probes"][0]
    assert probe["unusable_because"]["kind"] == "needs_text_classifier"
    done = boletim("verify", run / "card.pdf", "--predictions", run / "predictions.parquet", cwd=folder)
    assert done.returncode == 0, done.stdout
    page = (run / "card.html").read_text()
    assert "have an answer in their text" in page
    assert "Of all thresholds this one had the highest token F1 on 60 validation questions." in page
    assert (
        "De todos os limiares, este teve o maior F1 por palavras em 60 perguntas de validação."
        in (run / "card.pt-BR.html").read_text()
    )
    assert boletim("check", run, cwd=folder).returncode == 0


def test_the_finished_model_is_audited_and_predicts_what_can_be_audited(folder):
    run = folder / "runs" / "questions"
    (folder / "more.json").write_text(json.dumps(squad(60, 2, "b")))
    task = ("--task", "question_answering", "--quiet", "--group", "side")
    done = boletim("audit", "--model", run / "model", "--data", "more.json", *task, "--run-dir", "of_model", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = boletim("predict", run, "--data", "more.json", "--output", "said.jsonl", cwd=folder)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (folder / "said.jsonl").read_text().splitlines()]
    assert len(rows) == 60
    for row in rows:
        assert 0 <= row["predicted_score"] <= 1
        assert 0 <= row["no_answer_score"] <= 1
        if row["predicted"]:
            assert row["context"][row["predicted_start"] : row["predicted_end"]] == row["predicted"]
        else:
            assert row["predicted_start"] is None
    done = boletim("audit", "--predictions", "said.jsonl", *task, "--run-dir", "of_file", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = [measures_of(folder / one) for one in ("of_model", "of_file")]
    assert found[0].keys() == found[1].keys()
    assert found[0]["token_f1"]["value"] == found[1]["token_f1"]["value"] > 0.85
    done = boletim("predict", run, "--data", "more.json", "--output", "said.csv", cwd=folder)
    assert done.returncode == 0, done.stderr


def test_a_model_of_another_task_is_refused(folder):
    run = folder / "runs" / "questions"
    done = boletim("audit", "--model", run / "model", "--data", "squad.json", "--text", "context", "--label", "answers",
                   cwd=folder)  # fmt: skip
    assert done.returncode == 2
    assert "whose task is question_answering; give --task question_answering" in done.stderr
