import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from boletim.app.flows import suggest as flow
from boletim.app.flows.suggest import rank, suggest
from boletim.app.flows.suggest_words import describe_suggestions
from boletim.app.screen.terminal import Terminal
from boletim.contracts.configuration.file import config_of
from boletim.contracts.errors import InputError
from boletim.models.choosing.shelf import Listed
from boletim.reports.page.words import Words
from tests.boletim.models.test_load import BREAKS


@pytest.fixture
def shelf(tmp_path, make_model, monkeypatch):
    """A folder with a model that states Portuguese, one that states English, one pickled, one that asks for code."""
    monkeypatch.setattr("boletim.models.choosing.shelf.cached_models", dict)
    top = tmp_path / "models"
    for name, kind in (("pt", "bert"), ("en", "bert"), ("pickled", "bert"), ("code", "bert"), ("plain", "roberta")):
        shutil.copytree(make_model(kind), top / name)
    (top / "pt" / "README.md").write_text("---\nlanguage: pt\nlicense: mit\n---\n")
    (top / "en" / "README.md").write_text(
        "---\nlanguage: en\nmodel-index:\n- results:\n  - dataset: {name: SST}\n    metrics: [{type: accuracy, "
        "value: 0.99}]\n---\n"
    )
    (top / "pickled" / "model.safetensors").rename(top / "pickled" / "pytorch_model.bin")
    config = json.loads((top / "code" / "config.json").read_text())
    (top / "code" / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoModel": "evil.Model"}}))
    (top / "code" / "evil.py").write_text("raise SystemExit('run')")
    return top


@pytest.fixture
def table(tmp_path):
    words = ["the", "a", "nurse", "doctor", "patient", "ward", "drug", "code", "server", "bug", "deploy", "goal"]
    words += ["match", "team", "coach"]
    rows = [{"review": f"the nurse works every {word}", "gender": "f"} for word in words]
    rows += [{"review": f"a zzz {word}", "gender": "m"} for word in words]
    pd.DataFrame([*rows, {"review": None, "gender": "m"}]).to_csv(tmp_path / "texts.csv", index=False)
    return tmp_path / "texts.csv"


def compare(shelf, table, **others):
    known = {"task": "text_classification", "language": "pt-BR", "text": None, "groups": []}
    return suggest(data=table, folders=[shelf], terminal=Terminal(quiet=True), **known | others)


def test_models_are_ranked_described_and_ready_to_paste(shelf, table):
    found = compare(shelf, table)
    assert [Path(one.model).name for one in found.models] == ["pt", "plain", "en", "pickled"]
    first = found.models[0]
    assert (first.licence, first.knows_language, first.weights) == ("mit", "stated", "safetensors")
    # 15 texts of 5 words and 15 of 3, a word a piece; one of the last three is unknown
    assert first.pieces_per_word.value == pytest.approx(1.0)
    assert first.unknown_share.value == pytest.approx(15 / 120)
    assert [one.n for one in first.by_group] == [15, 15, 30]
    assert first.max_length == 16
    assert list(found.left_out) == [str(shelf / "code")]
    entries = yaml.safe_load(found.candidates)["candidates"]
    assert [Path(one["model"]).name for one in entries] == ["pt", "plain", "en"]
    data = {"source": str(table), "text": "review", "label": "gender"}
    assert len(config_of({"name": "x", "data": data, **yaml.safe_load(found.candidates)}, "test").candidates) == 3


def test_scores_that_others_report_are_shown_and_never_ranked_by(shelf, table):
    found = compare(shelf, table)
    english = next(one for one in found.models if one.model.endswith("/en"))
    assert english.reported[0].value == 0.99
    assert rank(english) == rank(english.model_copy(update={"reported": ()}))
    said = describe_suggestions(found, Words.of("en"))
    assert "Reported, not checked" in said
    assert "accuracy 0.990 on SST" in said


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_what_is_printed_holds_the_figures_and_the_block(shelf, table, language):
    found = compare(shelf, table, groups=["gender"])
    said = describe_suggestions(found, Words.of(language))
    assert found.candidates.rstrip() in said
    assert "{" not in said.replace(found.candidates.rstrip(), "")
    assert ("12.5%" if language == "en" else "12,5%") in said
    assert "auto_map" in said


def test_without_data_the_example_texts_of_the_language_are_taken(shelf):
    found = suggest("text_classification", "pt-BR", None, None, [], [shelf / "pt"], Terminal(quiet=True))
    assert (found.source, found.n_texts) == ("", 900)
    assert {one.scope["attribute"] for one in found.models[0].by_group if "attribute" in one.scope} == {
        "gender", "region"}  # fmt: skip


def test_the_hubs_list_is_described_by_the_hub(shelf, table, monkeypatch):
    listed = [Listed("org/small", 5, True, {"language": "pt"}), Listed("org/gone", 5, True, {})]
    monkeypatch.setattr("boletim.models.choosing.shelf.hub_models", lambda *_: listed)

    def found(name):
        if name == "org/gone":
            raise flow.ModelError(f"{name}: the hub did not give this model")
        return find_model_files(str(shelf / "pt"))

    from boletim.models.files import find_model_files

    monkeypatch.setattr("boletim.models.files.find_without_weights", found)
    answer = compare(shelf, table, with_hub=True)
    assert (answer.models[0].model, answer.models[0].place, answer.models[0].n_parameters) == ("org/small", "hub", 5)
    assert "org/gone" in answer.left_out


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"task": "text_clasification"}, "text_clasification"),
        ({"language": "xx"}, "language"),
        ({"text": "nothing"}, "nothing"),
        ({"groups": ["nobody"]}, "nobody"),
        ({"with_hub": True}, "leave --hub out"),
    ],
)
def test_bad_input_is_one_line(shelf, table, wrong, line):
    with pytest.raises(InputError, match=line) as caught:
        compare(shelf, table, **wrong)
    assert "\n" not in str(caught.value)


def test_a_folder_without_models_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("boletim.models.choosing.shelf.cached_models", dict)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="name a folder with --models"):
        suggest("text_classification", "en", None, None, [], [tmp_path / "empty"], Terminal(quiet=True))


def test_the_command_prints_the_block_last(shelf, table):
    line = ["suggest", "--language", "pt-BR", "--data", str(table), "--models", str(shelf), "--quiet"]
    done = subprocess.run([sys.executable, "-m", "boletim", *line], capture_output=True, text=True, check=True)
    assert "candidates:" in done.stdout
    assert yaml.safe_load(done.stdout[done.stdout.index("candidates:") :])["candidates"][0]["max_length"] == 16
    done = subprocess.run(
        [sys.executable, "-m", "boletim", *line, "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["models"][0]["pieces_per_word"]["value"] == pytest.approx(1.0)


def test_no_broken_folder_ends_the_comparison(shelf, table, make_model):
    for name, (break_it, _) in BREAKS.items():
        break_it(Path(shutil.copytree(make_model("bert", ("x", "y", "z")), shelf / name)))
    found = compare(shelf, table)
    assert {"pt", "plain", "en"} < {Path(one.model).name for one in found.models}
    assert {"no type of token", "nested without end", "broken tokenizer"} <= {
        Path(name).name for name in found.left_out
    }
