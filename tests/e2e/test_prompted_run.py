"""A run in which a fine-tuned encoder and a prompted language model compete: tiny random models, planted words."""

import json
import random
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

import boletim
from boletim.app.cli import app
from boletim.contracts.errors import ConfigError, InputError, ModelError
from boletim.models.load import load_classifier

WORDS = {"care": ["nurse", "doctor", "patient", "ward"], "code": ["server", "bug", "compiler", "deploy"]}
OTHERS = ["the", "every", "day", "night", "with", "her", "his", "old", "young", "works", "runs"]
PROMPTS = {
    "first": "the day {{ text }} works",
    "second": "{% for shot in shots %}{{ shot.text }} runs {{ shot.label }} {% endfor %}{{ text }} runs",
}


def rows(n, seed):
    draw = random.Random(seed)
    for number in range(n):
        label = draw.choice(list(WORDS))
        words = draw.choices(WORDS[label], k=3) + draw.choices(OTHERS, k=5)
        draw.shuffle(words)
        yield {"text": " ".join([*words, str(number)]), "topic": label, "gender": draw.choice(["female", "male"])}


def configuration(encoder, causal, **changes):
    prompted = {
        "model": str(causal), "prompts": ["first.jinja", "second.jinja"], "labels": {"care": "good", "code": "bad"},
        "shots": [0, 2], "calibration": ["none", "content_free", "prior", "validation"], "max_length": 24,
    }  # fmt: skip
    return {
        "name": "both",
        "data": {"source": "texts.csv", "text": "text", "label": "topic", "groups": ["gender"]},
        "candidates": [{"model": str(encoder), "max_length": 24}, prompted | changes],
        "tuning": {
            "trials": 8,
            "objective": "accuracy",
            "search": {"learning_rate": 1e-3, "batch_size": [16], "epochs": 1},
        },
        "audit": {"bootstrap": 200, "precision": "fp32"},
        "probes": {"use": ["gender_profession"]},
        "card": {"languages": ["en", "pt-BR"]},
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tiny_encoder_folder, make_model):
    place = tmp_path_factory.mktemp("both")
    pd.DataFrame(rows(240, 1)).to_csv(place / "texts.csv", index=False)
    for name, text in PROMPTS.items():
        (place / f"{name}.jinja").write_text(text)
    config = configuration(tiny_encoder_folder, make_model("causal", None))
    (place / "boletim.yaml").write_text(yaml.safe_dump(config))
    # the encoder is left out of this one, so that a prompt wins
    alone = config | {"name": "alone", "candidates": config["candidates"][1:]}
    (place / "alone.yaml").write_text(yaml.safe_dump(alone))
    for name in ("boletim", "alone"):
        boletim.run(place / f"{name}.yaml", run_dir=place / "runs" / name, verbose=False)
    return place


def read(folder, name, run="alone"):
    return json.loads((folder / "runs" / run / name).read_text())


def typed(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_both_kinds_of_candidate_are_tried_in_one_search(folder):
    trials = read(folder, "search.json", "boletim")["trials"]
    assert {"prompt" in trial["params"] for trial in trials} == {True, False}
    assert [trial["params"]["prompt"] for trial in trials[1:3]] == ["first", "second"]
    assert all(trial["objective"] is not None for trial in trials)
    card = (folder / "runs" / "boletim" / "card.html").read_text()
    assert "Candidates: what each cost and scored" in card
    assert "asked, not trained" in card


def test_the_card_has_the_prompt_word_for_word_and_no_training_text(folder):
    prompt = read(folder, "model/prompt.json")
    chosen = read(folder, "search.json")["model"]["prompt"]
    assert chosen["template"] == PROMPTS[chosen["name"]] == prompt["template"]
    assert chosen["sha256"] == prompt["sha256"] == read(folder, "card.json")["model"]["sha256"]
    for language in ("en", "pt-BR"):
        pages = list((folder / "runs" / "alone").glob(f"card*{language}*.html")) or [folder / "runs/alone/card.html"]
        page = pages[0].read_text()
        assert prompt["sha256"] in page
        assert "{{ text }}" in page
    for shot in prompt["shots"]:
        assert shot["text"] not in (folder / "runs" / "alone" / "card.json").read_text()


def test_examples_come_from_training_texts_alone(folder):
    train = set(pd.read_parquet(folder / "runs/alone/corpus/train.parquet")["text"])
    shown = [trial for trial in read(folder, "search.json")["trials"] if trial["params"]["shots"]]
    assert shown, "the search tried examples"
    assert {shot["text"] for shot in read(folder, "model/prompt.json")["shots"]} <= train


def test_the_folder_loads_predicts_and_gives_the_audited_scores(folder):
    kept = pd.read_parquet(folder / "runs/alone/predictions.parquet")
    test = pd.read_parquet(folder / "runs/alone/corpus/test.parquet").set_index("id").loc[kept["id"]]
    classifier = load_classifier(str(folder / "runs/alone/model"))
    scores = classifier.predict_scores(list(test["text"]))
    assert scores == pytest.approx(kept[[f"score_{label}" for label in classifier.labels]].to_numpy(), abs=1e-5)
    test.reset_index().to_csv(folder / "new.csv", index=False)
    typed(
        "predict", folder / "runs/alone", "--data", folder / "new.csv", "--text", "text", "--output", folder / "out.csv"
    )
    assert list(pd.read_csv(folder / "out.csv")["predicted"]) == list(kept["predicted"])


def test_the_card_verifies_and_the_same_command_does_nothing_again(folder):
    done = typed("verify", folder / "runs/alone/card.pdf")
    assert done.exit_code == 0, done.output
    before = (folder / "runs/alone/search.json").read_bytes()
    boletim.run(folder / "alone.yaml", run_dir=folder / "runs" / "alone", verbose=False)
    assert (folder / "runs/alone/search.json").read_bytes() == before


def test_the_spread_over_prompts_is_what_the_trials_said(folder):
    measures = {one["id"]: one for one in read(folder, "audit.json")["measures"]}
    trials = read(folder, "search.json")["trials"]
    plain = {t["params"]["prompt"]: t["objective"] for t in trials[:2]}
    for name, accuracy in plain.items():
        assert measures[f"prompt_accuracy{{prompt={name}}}"]["value"] == pytest.approx(accuracy)
    spread = measures["prompt_spread{metric=prompt_accuracy}"]
    assert spread["value"] == pytest.approx(abs(plain["first"] - plain["second"]))
    assert any(one["kind"] == "prompts" for one in read(folder, "audit.json")["findings"])
    chosen = read(folder, "search.json")["model"]["prompt"]
    assert 0 < chosen["label_mass"]["value"] < 1
    assert np.isclose(measures[chosen["label_mass"]["id"]]["value"], chosen["label_mass"]["value"])


def test_anyone_can_audit_and_probe_the_folder(folder, tmp_path):
    data = {"--data": folder / "texts.csv", "--text": "text", "--label": "topic", "--group": "gender"}
    words = [word for pair in data.items() for word in pair]
    done = typed("audit", "--model", folder / "runs/alone/model", *words, "--run-dir", tmp_path / "audit", "--quiet")
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "audit" / "card.json").read_text())["model"]["prompt"]["name"] in PROMPTS


def test_a_changed_prompt_or_base_model_is_refused(folder, make_model, tmp_path):
    shutil.copytree(folder / "runs/alone/model", tmp_path / "model")
    path = tmp_path / "model" / "prompt.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"template": "the night {{ text }}"}))
    with pytest.raises(ModelError, match="changed after it was written"):
        load_classifier(str(tmp_path / "model"))
    path.write_text(json.dumps(content | {"base_model": str(make_model("causal", None, seed=5))}))
    with pytest.raises(ModelError, match="other weights"):
        load_classifier(str(tmp_path / "model"))
    path.write_text(json.dumps(content | {"base_model": str(tmp_path / "model")}))
    with pytest.raises(ModelError, match="names another prompt"):
        load_classifier(str(tmp_path / "model"))


def test_a_prompt_that_holds_training_texts_or_this_machines_paths_is_not_uploaded(folder):
    with pytest.raises(InputError, match=r"training texts never leave|a folder of this machine"):
        boletim.load(folder / "runs/alone").push_to_hub("org/model", dry_run=True)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"labels": {"care": "good"}}, "every class a word, 'code' has none"),
        ({"labels": {"care": "good", "code": "bad", "sport": "his"}}, "got 'sport'"),
        ({"labels": {"care": "good", "code": "good"}}, "a word of its own"),
        ({"prompts": ["none.jinja"]}, "there is no"),
        ({"prompts": ["first.jinja", "other/first.jinja"]}, "stands twice"),
        ({"prompts": ["wrong.jinja"]}, "has the slot"),
        ({"prompts": []}, "is for prompts"),
        ({"shots": [100]}, "shots"),
        ({"calibration": "magic"}, "calibration"),
    ],
)
def test_bad_input_is_told_before_anything_starts(folder, tmp_path, tiny_encoder_folder, make_model, change, line):
    (folder / "wrong.jinja").write_text("no slot")
    config = configuration(tiny_encoder_folder, make_model("causal", None), **change)
    (folder / "bad.yaml").write_text(yaml.safe_dump(config))
    with pytest.raises(ConfigError, match=line):
        boletim.run(folder / "bad.yaml", run_dir=tmp_path / "run", verbose=False)
    assert not (tmp_path / "run" / "search.json").exists()
