import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from boletim.contracts.errors import ModelError
from boletim.contracts.files.atomic import hash_folder
from boletim.models.load import load_classifier
from tests.conftest import WORDS


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
    assert allowed.facts.weights_format == "pickle"
    # a safetensors file is mapped as it lies, so that a product may take another path through the processor
    np.testing.assert_allclose(allowed.predict_scores(["a nurse works"]), before, rtol=1e-5)


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


def add_words(folder: Path, n: int) -> None:
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = content["model"]["vocab"]
    vocabulary |= {f"new{i}": len(vocabulary) + i for i in range(n)}
    (folder / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")


BREAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no config": (lambda f: (f / "config.json").unlink(), "config.json"),
    "broken config": (lambda f: (f / "config.json").write_text("{", encoding="utf-8") and None, "must be JSON"),
    "config is a list": (lambda f: (f / "config.json").write_text("[]", encoding="utf-8") and None, "JSON object"),
    "unknown architecture": (lambda f: edit(f / "config.json", model_type="nothing-like-it"), "cannot be loaded"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer.json"),
    "broken tokenizer": (lambda f: (f / "tokenizer.json").write_text("{}", encoding="utf-8") and None, "tokenizer"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "has none"),
    "cut weights": (lambda f: (f / "model.safetensors").write_bytes(b"\x08" * 100) and None, "cannot be loaded"),
    "no class names, and more than two": (
        lambda f: edit(f / "config.json", id2label=None),
        "classifier.bias is 3 in the file and 2 by config.json",
    ),
    "one class": (lambda f: edit(f / "config.json", id2label={"0": "x"}), "two classes"),
    "same name twice": (lambda f: edit(f / "config.json", id2label={"0": "x", "1": "x", "2": "y"}), "repeats"),
    "regression": (lambda f: edit(f / "config.json", problem_type="regression"), "of problem_type regression"),
    "more classes than weights": (
        lambda f: edit(f / "config.json", id2label={str(i): f"c{i}" for i in range(5)}),
        "classifier.bias is 3 in the file and 5 by config.json",
    ),
    "more words than the embedding": (lambda f: add_words(f, 3), "ids up to 46, its embedding has 44 rows"),
    "head of another task": (
        lambda f: edit(f / "config.json", architectures=["BertForTokenClassification"]),
        "is a BertForTokenClassification",
    ),
    "a thousand million classes": (lambda f: edit(f / "config.json", id2label=None, num_labels=10**9), "num_labels"),
    "a float for classes": (lambda f: edit(f / "config.json", id2label=None, num_labels=2.5), "num_labels"),
    "a million layers": (lambda f: edit(f / "config.json", num_hidden_layers=10**6), "num_hidden_layers"),
    "endless width": (lambda f: edit(f / "config.json", hidden_size=float("inf")), "hidden_size"),
    "width without weights": (
        lambda f: edit(f / "config.json", hidden_size=65536, intermediate_size=262144),
        r"describes [\d,]+ parameters, its weights are [\d,]+ bytes",
    ),
    "another width": (
        lambda f: edit(f / "config.json", intermediate_size=32),
        r"bert\.encoder\.layer\.0\.intermediate\.dense\.bias is 64 in the file and 32 by config\.json",
    ),
    "fewer words by config": (lambda f: edit(f / "config.json", vocab_size=40), "is 44 x 32 in the file and 40 x 32"),
    "no type of token": (lambda f: edit(f / "config.json", model_type=["bert"]), "model_type of config.json is a name"),
    "nested without end": (
        lambda f: (f / "config.json").write_text("[" * 100_000, encoding="utf-8") and None,
        "must be JSON",
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
    assert (as_one.kind, as_several.kind) == ("one_label", "label_sets")
    shares, own = as_one.predict_scores(["the nurse"]), as_several.predict_scores(["the nurse"])
    odds = own / (1 - own)  # the exponentials of the logits, which softmax divides by their sum
    np.testing.assert_allclose(odds / odds.sum(), shares, rtol=1e-9)


def test_two_classes_that_nobody_named_have_the_names_that_transformers_gives_them(
    make_model: Callable[..., Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(make_model("bert", ("no", "yes")), tmp_path / "plain"))
    named = load_classifier(str(folder)).predict_scores(["a nurse works"])
    edit(folder / "config.json", id2label=None, label2id=None)
    plain = load_classifier(str(folder))
    assert plain.labels == ("LABEL_0", "LABEL_1")
    np.testing.assert_array_equal(plain.predict_scores(["a nurse works"]), named)


@pytest.mark.parametrize("written", ['"x"', "1e400", "1e30", "-5", "null", "[]", "true", "0"])
def test_an_absurd_length_of_the_tokenizer_counts_as_none(folder: Path, written: str) -> None:
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["model_max_length"] = "LENGTH"
    path.write_text(json.dumps(settings).replace('"LENGTH"', written), encoding="utf-8")
    classifier = load_classifier(str(folder))
    assert classifier.facts.max_length == 64  # of the position table
    assert np.isfinite(classifier.predict_scores(["a nurse works " * 100])).all()


def test_a_text_whose_scores_are_no_numbers_is_named(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["bert.embeddings.word_embeddings.weight"][WORDS.index("goal") + 5] = float("nan")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    classifier = load_classifier(str(folder))
    with pytest.raises(ModelError, match=r"text 3 of 4 \('a goal today'\); leave the text out") as caught:
        classifier.predict_scores(["a nurse", "a nurse", "a goal today", "a bug"])
    assert "\n" not in str(caught.value)


def test_a_model_that_gives_no_number_at_all_is_refused_when_it_is_loaded(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"][1] = float("inf")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="a score is a finite number"):
        load_classifier(str(folder))
