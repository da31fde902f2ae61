"""The whole flow through the command line: real pre-trained weights, a planted gap, kill and resume."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn import metrics as sk

ROOT = Path(__file__).resolve().parents[2]
BOLETIM = str(Path(sys.executable).with_name("boletim"))


def boletim(*arguments, cwd):
    return subprocess.run([BOLETIM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def make_corpus(path: Path, rows: int, seed: int = 13) -> None:
    script = ROOT / "examples" / "quickstart" / "make_corpus.py"
    command = [
        sys.executable,
        str(script),
        "--seed",
        str(seed),
        "--language",
        "en",
        "--rows",
        str(rows),
        "--output",
        str(path),
    ]
    subprocess.run(command, check=True)


def write_config(folder: Path, model: Path, **changes) -> Path:
    content = yaml.safe_load((ROOT / "examples" / "quickstart" / "boletim.yaml").read_text("utf-8"))
    content["name"] = "e2e"
    content["data"]["source"] = str(folder / "bios.csv")
    content["candidates"] = [{"model": str(model), "max_length": 64}]
    for section, values in changes.items():
        content[section] = content.get(section, {}) | values if isinstance(values, dict) else values
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory, minilm_folder):
    folder = tmp_path_factory.mktemp("e2e")
    make_corpus(folder / "bios.csv", 2400)
    config = write_config(
        folder, minilm_folder, tuning={"trials": 1, "search": {"learning_rate": 3e-4, "batch_size": [16], "epochs": 3}}
    )
    done = boletim("run", config, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "runs" / "e2e"


def read_measures(run_folder: Path, name: str = "audit.json") -> dict[str, dict]:
    return {m["id"]: m for m in json.loads((run_folder / name).read_text("utf-8"))["measures"]}


def test_the_run_folder_holds_what_the_interface_promises(run_folder):
    for name in (
        "config.yaml", "provenance.json", "corpus/train.parquet", "corpus/validation.parquet", "corpus/test.parquet",
        "corpus/cleaning.json", "study.db", "model/model.safetensors", "model/config.json", "predictions.parquet",
        "audit.json", "probes.json", "card.json", "card.pdf", "card.html", "README.md",
    ):  # fmt: skip
        assert (run_folder / name).is_file(), name
    assert list((run_folder / "trials").glob("*/history.jsonl"))
    left = [p for p in run_folder.rglob("*") if p.suffix in {".part", ".pt", ".pth", ".bin"} or "checkpoint" in p.name]
    assert not left, "no checkpoint and no half-written file stays"


def test_every_figure_agrees_with_scikit_learn(run_folder):
    frame = pd.read_parquet(run_folder / "predictions.parquet")
    measures = read_measures(run_folder)
    labels = json.loads((run_folder / "audit.json").read_text("utf-8"))["facts"]["labels"]
    scores = frame[[f"score_{label}" for label in labels]].to_numpy()
    gold, predicted = frame["label"], frame["predicted"]
    expected = {
        "accuracy": sk.accuracy_score(gold, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(gold, predicted),
        "f1_macro": sk.f1_score(gold, predicted, average="macro"),
        "f1_micro": sk.f1_score(gold, predicted, average="micro"),
        "f1_weighted": sk.f1_score(gold, predicted, average="weighted"),
        "mcc": sk.matthews_corrcoef(gold, predicted),
        "log_loss": sk.log_loss(gold, scores, labels=labels),
        "brier": sk.brier_score_loss(gold, scores, labels=labels),
        "roc_auc_macro": sk.roc_auc_score(gold, scores, multi_class="ovr", labels=labels),
    }
    for label in labels:
        of_class = gold == label
        expected[f"support{{class={label}}}"] = of_class.sum()
        expected[f"recall{{class={label}}}"] = (predicted[of_class] == label).mean()
        expected[f"f1{{class={label}}}"] = sk.f1_score(of_class, predicted == label)
        expected[f"roc_auc{{class={label}}}"] = sk.roc_auc_score(of_class, scores[:, labels.index(label)])
    recalls = {}
    for gender, part in frame.groupby("gender"):
        expected[f"accuracy{{gender={gender}}}"] = (part["label"] == part["predicted"]).mean()
        expected[f"f1_macro{{gender={gender}}}"] = sk.f1_score(part["label"], part["predicted"], average="macro")
        for label in labels:
            of_class = part["label"] == label
            recalls[label, gender] = (part["predicted"][of_class] == label).mean()
            expected[f"recall{{class={label},gender={gender}}}"] = recalls[label, gender]
            expected[f"selection_rate{{class={label},gender={gender}}}"] = (part["predicted"] == label).mean()
    gaps = {label: abs(recalls[label, "female"] - recalls[label, "male"]) for label in labels}
    expected["recall_gap{attribute=gender}"] = max(gaps.values())
    expected["recall_gap_rms{attribute=gender}"] = float(np.sqrt(np.mean(np.square(list(gaps.values())))))
    for label in labels:
        expected[f"recall_gap{{class={label},attribute=gender}}"] = gaps[label]
    for name, value in expected.items():
        if "gap" in name and measures[name]["undefined_because"]:
            continue  # fewer examples than min_group: its own tests are in tests/audit
        assert measures[name]["value"] == pytest.approx(value, abs=1e-9), name


def test_every_name_of_the_interface_exists(run_folder):
    measures = read_measures(run_folder) | read_measures(run_folder, "probes.json")
    for name in (
        "ece", "precision{class=nurse}", "accuracy{gender=female,region=north}", "recall{class=nurse,region=north}",
        "accuracy_gap{attribute=gender}", "f1_macro_gap{attribute=gender}", "ece_gap{attribute=gender}",
        "demographic_parity_difference{attribute=gender}", "demographic_parity_ratio{attribute=gender}",
        "equalized_odds_difference{attribute=region}", "flip_rate{probe=gender_profession}",
        "score_gap{probe=gender_profession,profession=nurse}", "flip_rate{probe=pronoun_swap}",
    ):  # fmt: skip
        assert name in measures, name
    for name, measure in measures.items():
        assert measure["value"] is not None or measure["undefined_because"], name
        assert measure["n"] >= 0
        if measure["low"] is not None and measure["value"] is not None:
            assert measure["low"] <= measure["value"] + 1e-9, name
            assert measure["value"] <= measure["high"] + 1e-9, name


def test_the_saved_model_gives_the_audited_predictions(run_folder):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    test = pd.read_parquet(run_folder / "corpus" / "test.parquet").head(60)
    audited = pd.read_parquet(run_folder / "predictions.parquet").head(60)
    classify = pipeline(
        "text-classification",
        model=AutoModelForSequenceClassification.from_pretrained(run_folder / "model"),
        tokenizer=AutoTokenizer.from_pretrained(run_folder / "model"),
        device="cpu",
    )
    answers = classify(list(test["text"]), truncation=True, max_length=64, batch_size=8)
    assert [answer["label"] for answer in answers] == list(audited["predicted"])


def test_the_planted_gap_is_found_and_nothing_else(run_folder):
    findings = json.loads((run_folder / "audit.json").read_text("utf-8"))["findings"]
    shown = {f["measures"][0] for f in findings if f["kind"] == "disparity" and f["verdict"] == "shown"}
    planted = {"recall_gap{class=surgeon,attribute=gender}", "recall_gap{class=nurse,attribute=gender}"}
    crossed = {name.replace("attribute=gender", "attribute=gender+region") for name in planted}  # their consequence
    assert shown <= planted | crossed
    measures = read_measures(run_folder)
    for name in planted:
        assert measures[name]["low"] <= 0.4 <= measures[name]["high"], name


def test_the_card_can_be_verified_from_its_pdf_alone(run_folder):
    done = boletim("verify", run_folder / "card.pdf", "--json", cwd=run_folder)
    found = json.loads(done.stdout)
    assert (done.returncode, found["outcome"]) == (0, "agrees"), found
    recomputed = next(item["detail"] for item in found["items"] if item["what"] == "audit figures")
    assert "need the texts, the model" in recomputed
    stated = next(item["detail"] for item in found["items"] if item["what"] == "stated, not checked")
    assert all(part in stated for part in ("search", "cleaning", "probes", "cost", "slices"))


def test_nothing_changed_from_a_run_to_itself(run_folder):
    done = boletim("diff", run_folder, run_folder, "--json", cwd=run_folder)
    found = json.loads(done.stdout)
    assert (done.returncode, found["is_same_texts"]) == (0, True)
    assert {change["difference"] for change in found["changes"] if change["status"] != "not judged"} == {0.0}


def test_a_second_run_keeps_everything(run_folder):
    before = {name: (run_folder / name).read_bytes() for name in ("audit.json", "card.json", "card.pdf", "search.json")}
    done = boletim("run", run_folder.parents[1] / "config.yaml", cwd=run_folder.parents[1])
    assert done.returncode == 0
    assert "tune: done before, kept" in done.stderr
    assert before == {name: (run_folder / name).read_bytes() for name in before}


def test_other_data_need_another_folder(run_folder):
    config = run_folder.parents[1] / "config.yaml"
    done = boletim("run", config, "--set", "data.sample=1000", cwd=run_folder.parents[1])
    assert done.returncode == 2
    assert "was made from other data" in done.stderr


def test_the_tuned_model_predicts_new_texts(run_folder):
    folder = run_folder.parents[1]
    pd.DataFrame({"t": ["She sutures wounds and assists operations.", None]}).to_csv(folder / "new.csv", index=False)
    done = boletim("predict", run_folder, "--data", "new.csv", "--text", "t", "--output", "out.csv", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(folder / "out.csv")["predicted"].notna().tolist() == [True, False]


def test_anyones_model_gets_a_card(run_folder):
    folder = run_folder.parents[1]
    pd.read_parquet(run_folder / "corpus" / "test.parquet").head(300).to_csv(folder / "test.csv", index=False)
    done = boletim(
        "audit", "--model", run_folder / "model", "--data", "test.csv", "--text", "text", "--label", "label",
        "--group", "gender", "--language", "en", "--run-dir", "foreign", "--json", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "not gated"
    assert (folder / "foreign" / "card.pdf").read_bytes().startswith(b"%PDF")


def test_kill_during_tuning_then_run_again(tmp_path, tiny_model_folder):
    make_corpus(tmp_path / "bios.csv", 700)
    changes = {
        "tuning": {
            "trials": 4,
            "search": {"learning_rate": [1e-3, 1e-2], "batch_size": [16, 32], "epochs": 2},
            "pruner": "none",
        },
        "probes": {"use": ["gender_profession"]},
        "card": {"languages": ["en"]},
    }
    config = write_config(tmp_path, tiny_model_folder, **changes)
    whole = boletim("tune", config, "--run-dir", "whole", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr

    killed = subprocess.Popen([BOLETIM, "tune", config, "--run-dir", "torn"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    histories = tmp_path / "torn" / "trials"
    begun = time.monotonic()
    while len(list(histories.glob("*/history.jsonl"))) < 3 and time.monotonic() - begun < 120:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    stopped = subprocess.Popen([BOLETIM, "tune", config, "--run-dir", "torn"], cwd=tmp_path, stderr=subprocess.PIPE)
    for line in stopped.stderr:
        if b" starts: " in line:
            stopped.send_signal(signal.SIGTERM)
            break
    rest = stopped.communicate()[1].decode()
    assert stopped.returncode == 0, rest
    assert "the same command continues" in rest
    again = boletim("tune", config, "--run-dir", "torn", cwd=tmp_path)
    assert again.returncode == 0, again.stderr

    def finished(name):
        trials = json.loads((tmp_path / name / "search.json").read_text("utf-8"))["trials"]
        return [(t["params"], t["objective"]) for t in trials if t["state"] == "complete"]

    assert len(finished("torn")) == 4
    key = lambda pair: json.dumps(pair[0], sort_keys=True)  # noqa: E731
    for torn, one_go in zip(sorted(finished("torn"), key=key), sorted(finished("whole"), key=key), strict=True):
        assert torn[0] == one_go[0]
        assert torn[1] == pytest.approx(one_go[1], abs=1e-6)
