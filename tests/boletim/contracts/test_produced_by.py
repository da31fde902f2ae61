"""What made predictions: dates and numbers as text, the prompt by its hash, and what goes ill together."""

import hashlib

import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.file import load_config
from boletim.contracts.errors import ConfigError

FILE = "name: x\npredictions: said.csv\ndata: {label: label}\nproduced_by: {model: 4.1, date: 2026-11-20, %s}\n"


def load(tmp_path, more):
    (tmp_path / "said.csv").write_text("label,predicted\nx,x\ny,x\n")
    (tmp_path / "run.yaml").write_text(FILE % more)
    return load_config(tmp_path / "run.yaml")


def test_the_prompt_is_kept_by_its_hash(tmp_path):
    (tmp_path / "prompt.txt").write_text("Which?")
    made = load(tmp_path, "prompt: prompt.txt, temperature: 0, repeats: text").produced_by
    assert (made.model, made.date, made.temperature) == ("4.1", "2026-11-20", 0)
    assert (made.prompt, made.prompt_sha256) == (None, hashlib.sha256(b"Which?").hexdigest())
    assert load(tmp_path, "repeats: text").data.cluster == "text"


@pytest.mark.parametrize(("more", "said"), [
    ("prompt: nowhere.txt", "produced_by.prompt is a file that can be read, got 'nowhere.txt'"),
    ("prompt: a, prompt_sha256: " + "a" * 64, "give prompt, a file, or prompt_sha256"),
    ("prompt_sha256: abc", "prompt_sha256"),
    ("temperature: -1", "temperature"),
    ("repeats: text}\ntask: multi_label_classification\naudit: {", "need task text_classification"),
    ("repeats: text}\nlanguage: en\ncard: {owner: x}\nprobes: {use: []}\naudit: {margin: 2", "margin"),
])  # fmt: skip
def test_what_is_wrong_is_said(tmp_path, more, said):
    with pytest.raises(ConfigError, match=said):
        load(tmp_path, more)


def test_it_is_of_predictions_and_repeats_are_the_cluster():
    made = {"model": "m", "repeats": "text"}
    with pytest.raises(ValueError, match="says what made a file of predictions"):
        RunConfig.model_validate(
            {"name": "x", "data": {"source": "a.csv", "text": "t", "label": "l"}, "candidates": ["m"],
             "produced_by": made | {"repeats": None}}
        )  # fmt: skip
    with pytest.raises(ValueError, match=r"produced_by.repeats is the cluster, got data.cluster 'author' and 'text'"):
        RunConfig.model_validate(
            {"name": "x", "predictions": "a.csv", "data": {"label": "l", "cluster": "author"}, "produced_by": made}
        )
