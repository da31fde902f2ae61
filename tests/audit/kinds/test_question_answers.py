"""Audits of answers to questions: the forms of files, contexts as clusters, planted gaps, cards, mistakes."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

import boletim
from boletim.app.cli import app
from boletim.app.flows.verify import outcome_of, verify_file
from boletim.audit.run import audit
from boletim.contracts.answers.question_answers import QuestionAnswers, as_cells
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import BoletimError
from boletim.contracts.examples import load_answers

N_TEXTS = 60


def squad(folder, *, version="v2", misplaced=0):
    """60 short texts about a woman or a man with four questions each; the fourth has no answer."""
    rng, paragraphs, said = np.random.default_rng(4), [], {}
    for place in range(N_TEXTS):
        who, town = ("Ana", "Natal") if place % 2 else ("Rui", "Belém")
        context = f"{who} lives in {town}. She or he is {20 + place} years old. Text {place}."
        asked = [("Who lives in a town?", who), ("Where is the house?", town), ("How many years?", str(20 + place))]
        qas = [
            {"id": f"{place}-{i}", "question": question, "gender": "f" if place % 2 else "m",
             "answers": [{"text": text, "answer_start": context.index(text) + (3 if place < misplaced else 0)}]}
            for i, (question, text) in enumerate(asked)
        ]  # fmt: skip
        qas.append({"id": f"{place}-3", "question": "Why?", "gender": "f" if place % 2 else "m", "answers": [],
                    "is_impossible": True})  # fmt: skip
        paragraphs.append({"context": context, "qas": qas})
        for qa in qas:
            is_lost = qa["gender"] == "f" and rng.uniform() < 0.7
            true = qa["answers"][0]["text"] if qa["answers"] else ""
            said[qa["id"]] = "" if is_lost and true else true
    (folder / "squad.json").write_text(
        json.dumps({"version": version, "data": [{"title": "t", "paragraphs": paragraphs}]})
    )
    (folder / "said.json").write_text(json.dumps(said))
    return folder / "squad.json", folder / "said.json"


def run(folder, *arguments):
    return CliRunner().invoke(
        app,
        ["audit", "--task", "question_answering", "--run-dir", str(folder / "run"), "--quiet", *map(str, arguments)],
    )


def test_squad_files_from_the_command_line_end_in_a_card_that_verifies(tmp_path):
    data, said = squad(tmp_path, misplaced=2)
    bars = ("'token_f1_gap{attribute=gender}', at_most: 0.1", "no_answer_accuracy, at_least: 0.9")
    gates = f"gates=[{{measure: {bars[0]}}}, {{measure: {bars[1]}}}]"
    done = run(tmp_path, "--predictions", said, "--data", data, "--group", "gender", "--set", gates)
    assert done.exit_code == 0, done.output
    card = json.loads((tmp_path / "run" / "card.json").read_text())
    assert [gate["status"] for gate in card["gates"]] == ["fail", "pass"]
    facts = card["audit"]["facts"]
    assert (facts["n"], facts["settings"]["is_clustered"]) == (4 * N_TEXTS, True)
    assert {"n_answerable": 180, "n_unanswerable": 60, "n_contexts": 60, "n_moved": 0, "n_absent": 0}.items() <= {
        **facts["own"], "n_moved": facts["own"]["n_moved"] - 6,
    }.items()  # fmt: skip
    said = json.loads(said.read_text())
    lost = np.array([said[f"{i}-{j}"] == "" for i in range(N_TEXTS) for j in range(3)])
    measures = {measure["id"]: measure for measure in card["audit"]["measures"]}
    assert measures["exact_match_answerable"]["value"] == pytest.approx(1 - lost.mean())
    assert measures["no_answer_accuracy"]["value"] == 1
    assert measures["token_f1{question_word=where}"]["n"] == N_TEXTS
    assert set(card["provenance"]["data_sha256"]) == {"squad.json", "said.json"}
    page = (tmp_path / "run" / "card.html").read_text()
    assert "180 questions have an answer in their text, 60 have none" in page
    assert "6 true answers stand elsewhere" in page
    items = verify_file(tmp_path / "run" / "card.pdf", tmp_path / "run" / "predictions.parquet")
    assert outcome_of(items) == "agrees"


def test_one_table_gives_the_same_figures_as_two_files(tmp_path):
    data, said = squad(tmp_path)
    predictions = json.loads(said.read_text())
    rows = [
        {"id": qa["id"], "question": qa["question"], "context": paragraph["context"],
         "prediction": predictions[qa["id"]],
         "answers": {"text": [one["text"] for one in qa["answers"]], "answer_start": [0 for _ in qa["answers"]]}}
        for paragraph in json.loads(data.read_text())["data"][0]["paragraphs"] for qa in paragraph["qas"]
    ]  # fmt: skip
    one = boletim.evaluate(pd.DataFrame(rows), task="question_answering").measures
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    texts = [dict(row, answers=json.dumps(row["answers"]["text"])) for row in rows]
    pd.DataFrame(texts).to_csv(tmp_path / "rows.csv", index=False)
    pd.DataFrame(rows)[["id", "prediction"]].to_csv(tmp_path / "only.csv", index=False)
    for arguments in (
        ["--predictions", tmp_path / "rows.jsonl"],
        ["--predictions", tmp_path / "rows.csv"],
        ["--predictions", tmp_path / "only.csv", "--data", data],
        ["--predictions", said, "--data", data],
    ):
        done = run(tmp_path, *arguments)
        assert done.exit_code == 0, done.output
        other = json.loads((tmp_path / "run" / "audit.json").read_text())["measures"]
        for key in ("value", "low", "high"):
            assert {m["id"]: m[key] for m in other} == pytest.approx(dict(zip(one["id"], one[key], strict=True)))


def made(seed, n_texts=80, apart=0.0):
    """Questions of texts that differ in how hard they are; x is answered less often by `apart`."""
    rng = np.random.default_rng(seed)
    text, is_x = np.repeat(np.arange(n_texts), 4), np.repeat(np.arange(n_texts) % 2 == 0, 4)
    chance = np.clip(rng.beta(8, 3, size=n_texts)[text] - apart * is_x, 0, 1)
    is_right = rng.uniform(size=len(text)) < chance
    return QuestionAnswers(
        np.arange(len(text)).astype(str).astype(object), as_cells([("one two",)] * len(text)),
        as_cells(np.where(is_right, "one two", "three")), (), groups={"g": np.where(is_x, "x", "y").astype(object)},
        clusters=text.astype(str).astype(object),
    )  # fmt: skip


def test_intervals_over_texts_cover_and_those_over_questions_would_not():
    n_runs, covered, alarms, config = 150, {"all": 0, "gap": 0}, 0, AuditConfig(bootstrap=100)
    for seed in range(n_runs):
        found = {m.id: m for m in audit(made(seed, apart=0.2), config, seed=1).measures}
        everything, gap = found["token_f1"], found["token_f1_gap{attribute=g}"]
        covered["all"] += everything.low <= 8 / 11 - 0.1 <= everything.high
        covered["gap"] += gap.low <= 0.2 <= gap.high
        null = {m.id: m for m in audit(made(seed), config, seed=1).measures}
        alarms += null["token_f1_gap{attribute=g}"].q <= 0.05
    assert covered["all"] / n_runs >= 0.92
    assert covered["gap"] / n_runs >= 0.92
    assert alarms / n_runs <= 0.08


def test_answers_are_stored_and_read_back(tmp_path):
    answers = made(1)
    answers.save(tmp_path / "predictions.parquet")
    again = load_answers(tmp_path / "predictions.parquet", (), ("g",))
    assert audit(again, AuditConfig(bootstrap=100), seed=1) == audit(answers, AuditConfig(bootstrap=100), seed=1)
    assert again.gold.tolist() == answers.gold.tolist()


def test_without_texts_each_question_is_a_cluster_and_em_is_wilsons():
    rows = pd.DataFrame({"answers": ["one"] * 50, "prediction": ["one"] * 40 + ["two"] * 10})
    found = boletim.evaluate(rows, task="question_answering").measures.set_index("id").loc["exact_match"]
    low, high = stats.binomtest(40, 50).proportion_ci(method="wilson")
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said.pop("3-1"), "1 of 240 have none (the first is '3-1')"),
        (lambda said: said.update({"3-1": ["a"]}), "a prediction is a text, that of '3-1' is ['a']"),
    ],
)
def test_mistakes_in_predictions_are_refused(tmp_path, change, message):
    data, file = squad(tmp_path)
    said = json.loads(file.read_text())
    change(said)
    file.write_text(json.dumps(said))
    done = run(tmp_path, "--predictions", file, "--data", data)
    assert isinstance(done.exception, BoletimError)
    assert message in str(done.exception)


def test_other_mistakes_are_refused(tmp_path):
    def refused(text):
        (tmp_path / "rows.jsonl").write_text(text)
        return str(run(tmp_path, "--predictions", tmp_path / "rows.jsonl").exception)

    row = {"id": "1", "answers": ["a"], "prediction": "a"}
    assert "each question has an id of its own, '1' comes again" in refused(f"{json.dumps(row)}\n{json.dumps(row)}")
    assert "'answers' holds texts, or objects with 'text'" in refused(json.dumps(row | {"answers": [{"label": "x"}]}))
    assert "a prediction is one text, got ['a', 'b']" in refused(json.dumps(row | {"prediction": ["a", "b"]}))
    _, said = squad(tmp_path)
    assert "these are predictions alone" in str(run(tmp_path, "--predictions", said).exception)
    assert "no column 'label'" in refused(json.dumps({"id": "1", "prediction": "a"}))
