"""Mistakes in every part of the configuration and every command: a clear line, exit 2, before anything is written."""

import json
import random
import shutil
import sys
import time

import pandas as pd
import pytest
import yaml

TOPICS = {"care": ["nurse", "doctor", "patient", "ward"], "code": ["code", "server", "bug", "compiler"]}


@pytest.fixture(scope="module")
def place(tmp_path_factory, tiny_encoder_folder):
    folder = tmp_path_factory.mktemp("mistakes")
    draw, rows = random.Random(1), []
    for number in range(120):
        label = list(TOPICS)[number % 2]
        text = " ".join(draw.choices([*TOPICS[label], "the", "every", "day"], k=9))
        rows.append({"text": text, "label": label, "gender": draw.choice("fm"), "age": draw.randint(10, 80)})
    pd.DataFrame(rows).to_csv(folder / "d.csv", index=False)
    (folder / "good.yaml").write_text(
        yaml.safe_dump(
            {
                "name": "x",
                "data": {"source": "d.csv", "text": "text", "label": "label", "groups": ["gender"]},
                "candidates": [{"model": str(tiny_encoder_folder), "max_length": 32}],
                "tuning": {"constraints": [{"measure": "recall_gap{attribute=gender}", "at_most": 0.5}]},
                "audit": {"min_group": 5},
                "gates": [{"measure": "recall{class=care}", "at_least": 0.3}],
            }
        ),
        "utf-8",
    )
    return folder


@pytest.fixture
def typed(place, monkeypatch, capsys):
    """typed(*arguments): exit code, output and complaints of the command line."""

    def type_it(*arguments):
        from boletim.app.cli import main

        monkeypatch.chdir(place)
        monkeypatch.setattr(sys, "argv", ["boletim", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return type_it


GATE = "gates=[{measure: '%s', at_most: 0.5}]"
OF_VALUES = [
    ("langauge=en", "did you mean 'language'"),
    ("language=eng", "language"),
    ("language=fr", "'fr' is not a language; known are en, pt-BR"),
    ("task=text_clasification", "did you mean 'text_classification'"),
    ("seed=-1", "seed"),
    ("seed=.nan", "numbers are finite"),
    ("name=../x", "name"),
    ("data.source=e.csv", "there is no"),
    ("data.txt=text", "did you mean 'text'"),
    ("data.text=txt", "did you mean 'text'"),
    ("data.label=lable", "did you mean 'label'"),
    ("data.groups=[gendr]", "did you mean 'gender'"),
    ("data.groups=[gender, gender]", "named once"),
    ("data.groups=[{age: [30, 10]}]", "increasing"),
    ("data.split.test=20", "data.split.test"),
    ("data.split.by=author", "there is no column 'author'"),
    ("data.weights=wieght", "no column 'wieght'"),
    ("data.sample=3", "data.sample"),
    ("candidates=[./modle]", "give the folder that holds config.json"),
    ("candidates=[]", "candidates"),
    ("candidates[0].max_lenght=32", "did you mean 'max_length'"),
    ("candidates[0].max_length=2", "greater than or equal to 4"),
    ("candidates[3].max_length=32", "1 entry, counted from 0"),
    ("tuning.trails=3", "did you mean 'trials'"),
    ("tuning.trials=0", "tuning.trials"),
    ("tuning.timeout=soon", "a duration is written"),
    ("tuning.objective=f1_makro", "did you mean 'f1_macro'"),
    ("tuning.objectives=[f1_macro, 'recall_gap{attribute=gendr}']", "did you mean 'gender'"),
    ("tuning.constraints[0].measure='recall_gap{attribute=region}'", "'region' is not a column in data.groups"),
    ("tuning.constraints[0].at_least=0.5", "exactly one of at_least and at_most"),
    ("tuning.search.lerning_rate=1e-4", "did you mean 'learning_rate'"),
    ("tuning.search.epochs=0", "epochs must lie between"),
    ("tuning.report_to=[tensorbord]", "tensorbord"),
    ("tuning.warm_start=../nowhere", "there is no"),
    ("tuning.storage=postgresql://u:geheim@h/d", "PGPASSWORD or ~/.pgpass"),
    ("audit.metrics=[acuracy]", "did you mean 'accuracy'"),
    ("audit.level=95", "audit.level"),
    ("audit.min_grup=5", "did you mean 'min_group'"),
    ("probes.use=[pronoun_swp]", "did you mean 'pronoun_swap'"),
    ("probes.frames=none.yaml", "there is no"),
    (GATE % "recal{class=care}", "did you mean 'recall'"),
    (GATE % "recall{class=cear}", "did you mean 'care'"),
    (GATE % "recall", "the nearest are recall{class="),
    (GATE % "recall_gap{attribute=gendre}", "did you mean 'gender'"),
    (GATE % "accuracy{gender=female}", "known are f, m"),
    (GATE % "flip_rate{probe=pronoun}", "'pronoun' is not a probe of this run"),
    (GATE % "recall{class", "a measure is written"),
    ("card.título=x", "did you mean 'title'"),
    ("card.languages=[en, pt]", "did you mean 'pt-BR'"),
    ("descrição=x", "did you mean data.description"),
    ("intended use=x", "did you mean card.intended_use"),
    ("language=PT-br", "must be a language, written en or pt-BR"),
    ("seed=abc", "seed: must be a whole number, got 'abc'"),
    ("name=", "name: must be a text, got nothing"),
    ("data.groups=[{age: thirty}]", "data.groups[0]: must be a list, written [a, b], got 'thirty'"),
    ("data.groups=[gender, label]", "data.groups[1]: 'label' is data.label already"),
    ("data.cluster=text", "data.cluster: 'text' is data.text already"),
    ("data.drop_missing=perhaps", "must be true or false"),
    ("data.source=https://example.org/d.csv", "download the file"),
    ("candidates=./model", "candidates: must be a list"),
    ("tuning.pruner=hyperbnd", "must be hyperband, median or none (did you mean hyperband?)"),
    ("tuning.storage=mysql+nodriver://h/d", "is not the URL of a database"),
    ("audit.costs={'care>cod': 5}", "did you mean 'care>code'"),
    ("probes=[pronoun_swap]", "must be a mapping with the keys use"),
    ("card.owner=[a, b]", "card.owner: must be a text"),
    ("card.names={en: {gendr: gender}}", "a class of the data; did you mean 'gender'?"),
    ("card.names={en: {f: women, w: men}}", "'w' is not a group column"),
    ("card.names={pt-BR: {caer: cuidado}}", "did you mean 'care'?"),
    ("card.names={pt: {f: mulheres}}", "'pt' is not a language"),
    ("card.translations={pt: {title: x}}", "'pt' is not a language"),
    ("card.bias_audit={selected: caer, sex: gender}", "'caer' is not a class of the data"),
    ("card.bias_audit={selected: care, sex: gendr}", "did you mean 'gender'?"),
    ("card.bias_audit={selected: care, sex: gender, categories: {x: Female}}", "'x' is not a group of the data"),
    ("gates={measure: accuracy, at_least: 0.5}", "gates: must be a list"),
    ("gates=[{measure: accuracy, at_least: 80}]", "for 80 % write 0.8"),
    ("gates=[{measure: f1_macro, at_most: 50}]", "f1_macro is at most 1, got at_most 50; for 50 % write 0.5"),
    ("gates=[{measure: accuracy, at_least: 0.9}, {measure: accuracy, at_most: 0.5}]", "no result can pass both"),
    ("gates=[{measure: accuracy, at_least: 0.9, waiver: {by: A, because: b, until: 31/12/2026}}]", "2026-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "told"), OF_VALUES)
def test_a_mistake_in_the_configuration(typed, place, wrong, told):
    begun = time.monotonic()
    code, out, err = typed("run", "good.yaml", "--set", wrong)
    assert (code, out) == (2, ""), err
    assert told in err
    assert "geheim" not in err
    assert len(err.strip().splitlines()) <= 2
    assert not (place / "runs").exists(), "a refused configuration leaves no mark"
    assert time.monotonic() - begun < 10


OF_COMMANDS = [
    (("run", "goood.yaml"), "no such configuration file"),
    (("run", "."), "this is a folder"),
    (("run", "/dev/zero"), "a device or a pipe"),
    (("run", "d.csv"), "line 1"),
    (("run", "good.yaml", "--set", "tuning.trials"), "key=value"),
    (("audit",), "give one of CONFIG, --model and --predictions"),
    (("audit", "--model", "x"), "--model needs --data and --text"),
    (("audit", "--predictions", "none.csv"), "none.csv"),
    (("render", "nowhere"), "does not exist"),
    (("check", "d.csv"), "d.csv is a file"),
    (("init", "--output", "nowhere/x.yaml"), "there is no nowhere"),
    (("audit", "--predictions", "d.csv", "--text", "text"), "got --text too"),
    (("audit", "--predictions", "d.csv", "--group", "age: [30, 10]"), "bands of age must be increasing numbers"),
    (("audit", "--predictions", "d.csv", "--group", "age: 30"), "data.groups[0]: must be a list"),
    (("check", "nowhere"), "does not exist"),
    (("diff", "nowhere", "nowhere"), "does not exist"),
    (("verify", "none.pdf"), "none.pdf"),
    (("schema", "confg"), "a schema is one of config, audit"),
    (("selftest", "--data", "nowhere"), "--data takes a folder"),
    (("predict", "nowhere", "--data", "d.csv", "--text", "text", "--output", "o.csv"), "does not exist"),
    (("probe", "--model", "x", "--probe", "pronoun_swp"), "did you mean 'pronoun_swap'"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "told"), OF_COMMANDS)
def test_a_mistake_in_a_command(typed, place, arguments, told):
    begun = time.monotonic()
    code, _, err = typed(*arguments)
    assert code == 2
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert not (place / "runs").exists()
    assert time.monotonic() - begun < 10


OF_PREDICTIONS = [
    ("data.label=trth", "did you mean 'truth'"),
    ("data.predicted=gues", "did you mean 'guess'"),
    ("data.predicted=truth", "are two columns"),
    ("data.scores=score_", "no column begins with 'score_'"),
    ("data.groups=[sx]", "did you mean 'sex'"),
    ("data.groups=[town]", "a group column has a few values"),
    ("audit.metrics=[acuracy]", "did you mean 'accuracy'"),
    ("card.languages=[pt]", "did you mean 'pt-BR'"),
    ("card.names={en: {male: men}}", "a class of the data; known are sex, f, m, a, b"),
    (GATE % "acuracy", "did you mean 'accuracy'"),
    (GATE % "recall{class=c}", "'c' is not a class of the data"),
    (GATE % "accuracy_gap{attribute=sx}", "did you mean 'sex'"),
    (GATE % "accuracy{sex=female}", "known are f, m"),
]  # fmt: skip
FLAGS = ("audit", "--predictions", "p.csv", "--label", "truth", "--predicted", "guess", "--group", "sex")


@pytest.fixture(scope="module")
def predictions(place):
    rows = [
        {"truth": "ab"[n % 2], "guess": "ab"[n % 3 % 2], "sex": "fm"[n // 2 % 2], "town": f"t{n}"} for n in range(90)
    ]
    pd.DataFrame(rows).to_csv(place / "p.csv", index=False)
    data = {"label": "truth", "predicted": "guess", "groups": ["sex"]}
    gates = [{"measure": "accuracy", "at_least": 0.3}]
    (place / "p.yaml").write_text(yaml.safe_dump({"name": "p", "predictions": "p.csv", "data": data, "gates": gates}))
    return place


@pytest.mark.parametrize("command", [("run", "p.yaml"), FLAGS], ids=["configuration", "flags"])
@pytest.mark.parametrize(("wrong", "told"), OF_PREDICTIONS)
def test_a_mistake_about_predictions(typed, predictions, command, wrong, told):
    begun = time.monotonic()
    code, out, err = typed(*command, "--set", wrong)
    assert (code, out) == (2, ""), err
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert not (predictions / "runs").exists(), "neither a seal nor a folder"
    assert time.monotonic() - begun < 10


def test_a_metric_that_nothing_has_is_told_before_the_predictions_are_read(typed, predictions):
    (predictions / "torn.csv").write_text("truth,guess,sex\na,,f\n")
    torn = ("run", "p.yaml", "--set", "predictions=torn.csv")
    code, _, err = typed(*torn)
    assert code == 2
    assert "torn.csv" in err
    code, _, err = typed(*torn, "--set", GATE % "acuracy")
    assert code == 2
    assert "did you mean 'accuracy'" in err
    assert "torn.csv" not in err


def test_a_name_that_no_class_bears_is_said(typed):
    code, _, err = typed("run", "good.yaml", "--dry-run", "--set", "data.label_names={caer: medicine}")
    assert code == 0, err
    assert "data.label_names: nothing is called 'caer', did you mean 'care'?" in err


def test_a_dry_run_of_predictions_passes_and_writes_nothing(typed, predictions):
    code, out, err = typed("run", "p.yaml", "--dry-run")
    assert code == 0, err
    assert "gates: 1, all of measures that exist" in out
    assert not (predictions / "runs").exists()


@pytest.fixture
def bad_models(place, tiny_encoder_folder):
    """Folders that are no model, by what is wrong with them."""
    made = {name: place / "models" / name for name in ("no_tokenizer", "pickled", "tagger", "empty")}
    for name, folder in made.items():
        if not folder.exists():
            shutil.copytree(tiny_encoder_folder, folder)
            for path in folder.iterdir():
                if name == "empty" or (name == "no_tokenizer" and path.name.startswith(("tokenizer", "vocab"))):
                    path.unlink()
    if (weights := made["pickled"] / "model.safetensors").exists():
        weights.rename(made["pickled"] / "pytorch_model.bin")
    content = json.loads((made["tagger"] / "config.json").read_text("utf-8"))
    content["architectures"] = ["BertForTokenClassification"]
    (made["tagger"] / "config.json").write_text(json.dumps(content), "utf-8")
    return made


BAD = [("no_tokenizer", "needs its tokenizer"), ("pickled", "pickled ones only"), ("empty", "holds config.json")]


@pytest.mark.parametrize(("name", "told"), BAD)
def test_a_bad_candidate_is_an_error_also_beside_a_good_one(typed, place, bad_models, tiny_encoder_folder, name, told):
    both = f"candidates=[{tiny_encoder_folder}, {bad_models[name]}]"
    for more in ((), ("--dry-run",)):
        code, _, err = typed("run", "good.yaml", "--set", both, *more)
        assert code == 2
        assert told in err
        assert "candidates[1]" in err
        assert len(err.strip().splitlines()) == 1
    assert not (place / "runs").exists()


@pytest.mark.parametrize(("name", "told"), [*BAD, ("tagger", "is a BertForTokenClassification")])
def test_a_bad_model_is_refused_before_it_is_loaded(typed, place, bad_models, name, told):
    model = str(bad_models[name])
    code, _, err = typed("audit", "--model", model, "--data", "d.csv", "--text", "text")
    assert code == 2
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert not (place / "runs").exists()


OF_PROBE = [
    (("--probe", "pronoun_swp"), "did you mean 'pronoun_swap'"),
    (("--language", "fr"), "one of en, pt-BR"),
    (("--probe", "pronoun_swap", "--data", "none.csv"), "there is no 'none.csv'"),
    (("--frames", "none.yaml"), "there is no 'none.yaml'"),
    (("--output", "nowhere/p.json"), "--output is a file in a folder that exists"),
    ((), "holds config.json"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "told"), OF_PROBE)
def test_a_mistake_of_probe(typed, place, bad_models, arguments, told):
    code, _, err = typed("probe", "--model", str(bad_models["empty"]), *arguments)
    assert code == 2
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert not (place / "probes.json").exists()


@pytest.mark.parametrize("command", ["run", "tune"])
def test_what_needs_ray_says_so_before_anything(typed, place, monkeypatch, command):
    monkeypatch.setattr("boletim.contracts.extras.find_spec", lambda name: None if name == "ray" else name)
    code, _, err = typed(command, "good.yaml", "--cluster", "auto")
    assert (code, "type: pip install 'boletim[ray]'" in err) == (2, True), err
    assert len(err.strip().splitlines()) == 1
    assert not (place / "runs").exists()


def test_a_dry_run_says_what_a_run_would_work_with_and_writes_nothing(typed, place):
    before = sorted(place.iterdir())
    code, out, err = typed("run", "good.yaml", "--dry-run")
    assert code == 0, err
    assert "120 of 120 rows kept" in out or "rows kept; train" in out
    assert "gates: 1, constraints: 1" in out
    assert sorted(place.iterdir()) == before


def test_a_group_column_that_cannot_be_compared_is_said_before(typed):
    code, _, err = typed("run", "good.yaml", "--dry-run", "--set", "audit.min_group=100")
    assert code == 0
    assert "fewer than two groups will have 100 test examples" in err
