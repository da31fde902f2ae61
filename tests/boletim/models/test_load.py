import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from boletim.contracts.atomic import hash_folder
from boletim.contracts.errors import ModelError
from boletim.models.load import load_classifier


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))


def edit(path: Path, **changes: Any) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        if value is None:
            content.pop(key)
        else:
            content[key] = value
    path.write_text(json.dumps(content), encoding="utf-8")


def pickle_weights(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def test_facts_say_what_was_loaded(folder: Path) -> None:
    facts = load_classifier(str(folder)).facts
    weights = load_file(folder / "model.safetensors")
    assert facts.labels == ("care", "code", "sport")
    assert facts.architecture == "BertForSequenceClassification"
    assert facts.n_parameters == sum(tensor.numel() for tensor in weights.values())
    assert facts.sha256 == hash_folder(folder, "*.safetensors")
    assert (facts.max_length, facts.weights_format, facts.name) == (64, "safetensors", "model")
    assert load_classifier(str(folder), max_length=16).facts.max_length == 16


def test_labels_follow_their_numbers_and_not_their_order_in_the_file(folder: Path) -> None:
    edit(folder / "config.json", id2label={"2": "sport", "0": "care", "1": "code"})
    assert load_classifier(str(folder)).labels == ("care", "code", "sport")


def test_pickled_weights_are_refused_unless_allowed(folder: Path) -> None:
    before = load_classifier(str(folder)).predict_scores(["a nurse works"])
    pickle_weights(folder)
    with pytest.raises(ModelError, match=r"pickled.*allow_pickle"):
        load_classifier(str(folder))
    allowed = load_classifier(str(folder), allow_pickle=True)
    assert allowed.facts.weights_format == "pickle (allowed by the user)"
    np.testing.assert_allclose(allowed.predict_scores(["a nurse works"]), before, atol=1e-6)


def test_a_pickle_that_runs_code_does_not_run_even_when_allowed(folder: Path, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "boom",))

    pickle_weights(folder)
    torch.save({"weight": Bomb()}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError):
        load_classifier(str(folder), allow_pickle=True)
    assert not (tmp_path / "boom").exists()


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("config.json", {"auto_map": {"AutoModel": "evil.Model"}}),
        ("config.json", {"_attn_implementation_internal": "somebody/kernel"}),
        ("config.json", {"attn_implementation": "somebody/kernel"}),
        ("config.json", {"text_config": {"auto_map": {"AutoModel": "evil.Model"}}}),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["evil.Tokenizer", None]}}),
    ],
)
def test_foreign_code_is_refused_by_name(folder: Path, file: str, changes: dict[str, Any]) -> None:
    (folder / "evil.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    edit(folder / file, **changes)
    with pytest.raises(ModelError, match=f"code .*(auto_map|attn_implementation).* in {file}"):
        load_classifier(str(folder), allow_pickle=True)


BREAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no config": (lambda f: (f / "config.json").unlink(), "config.json"),
    "broken config": (lambda f: (f / "config.json").write_text("{", encoding="utf-8") and None, "must be JSON"),
    "config is a list": (lambda f: (f / "config.json").write_text("[]", encoding="utf-8") and None, "JSON object"),
    "unknown architecture": (lambda f: edit(f / "config.json", model_type="nothing-like-it"), "cannot be loaded"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer.json"),
    "broken tokenizer": (lambda f: (f / "tokenizer.json").write_text("{}", encoding="utf-8") and None, "tokenizer"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "has none"),
    "cut weights": (lambda f: (f / "model.safetensors").write_bytes(b"\x08" * 100) and None, "cannot be loaded"),
    "no class names": (lambda f: edit(f / "config.json", id2label=None), "id2label"),
    "one class": (lambda f: edit(f / "config.json", id2label={"0": "x"}), "two classes"),
    "same name twice": (lambda f: edit(f / "config.json", id2label={"0": "x", "1": "x", "2": "y"}), "repeats"),
    "regression": (lambda f: edit(f / "config.json", problem_type="regression"), "of problem_type regression"),
    "more classes than weights": (
        lambda f: edit(f / "config.json", id2label={str(i): f"c{i}" for i in range(5)}),
        "lacks classifier",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_folder_gives_one_line_that_names_it(folder: Path, name: str) -> None:
    break_it, expected = BREAKS[name]
    break_it(folder)
    with pytest.raises(ModelError, match=expected) as caught:
        load_classifier(str(folder))
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)
    assert ";" in str(caught.value), "a remedy follows"


def test_an_encoder_without_a_head_is_not_a_classifier(tiny_encoder_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_encoder_folder, tmp_path / "encoder"))
    edit(folder / "config.json", id2label={"0": "x", "1": "y"})
    with pytest.raises(ModelError, match=r"lacks classifier.bias and 1 more"):
        load_classifier(str(folder))


def test_weights_of_another_architecture_are_refused(make_model: Callable[..., Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(make_model("gpt2"), tmp_path / "mixed"))
    shutil.copy(make_model("bert") / "config.json", folder / "config.json")
    with pytest.raises(ModelError, match="do not fit BertForSequenceClassification"):
        load_classifier(str(folder))


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "a/b/c", "~/nowhere-at-all", "bad name"])
def test_a_missing_folder_is_named(name: str) -> None:
    with pytest.raises(ModelError, match="does not exist") as caught:
        load_classifier(name)
    assert name in str(caught.value)


def test_a_file_is_not_a_model(folder: Path) -> None:
    with pytest.raises(ModelError, match="is a file"):
        load_classifier(str(folder / "config.json"))


@pytest.mark.parametrize("name", ["bert-base-uncased", "somebody/some-model"])
def test_a_hub_id_without_network_gives_the_offline_way_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", "/nonexistent")
    with pytest.raises(ModelError, match=rf"^{name}: .*hf download {name}") as caught:
        load_classifier(name)
    assert "\n" not in str(caught.value)


def test_loading_prints_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_classifier(str(folder)).predict_scores(["a nurse works", "a bug " * 200])
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
    assert logging.getLogger("transformers").level != logging.ERROR, "what was set before is restored"


def test_a_multi_label_model_gives_each_label_a_probability_of_its_own(folder: Path) -> None:
    as_one = load_classifier(str(folder))
    edit(folder / "config.json", problem_type="multi_label_classification")
    as_several = load_classifier(str(folder))
    assert (as_one.is_multi_label, as_several.is_multi_label) == (False, True)
    shares, own = as_one.predict_scores(["the nurse"]), as_several.predict_scores(["the nurse"])
    odds = own / (1 - own)  # the exponentials of the logits, which softmax divides by their sum
    np.testing.assert_allclose(odds / odds.sum(), shares, rtol=1e-9)
