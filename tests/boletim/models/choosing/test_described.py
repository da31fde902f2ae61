import json

import torch
from transformers import AutoModelForSequenceClassification

from boletim.models.choosing.described import (
    count_parameters,
    front_matter,
    reported_scores,
    stated_languages,
    stated_licence,
    training_bytes,
)


def with_readme(folder, text):
    (folder / "README.md").write_text(text, encoding="utf-8")
    return front_matter(folder)


def test_parameters_are_those_that_torch_counts(tiny_model_folder):
    network = AutoModelForSequenceClassification.from_pretrained(tiny_model_folder)
    assert count_parameters(tiny_model_folder) == sum(one.numel() for one in network.parameters())


def test_a_folder_without_safetensors_or_with_a_broken_file_has_no_count(tmp_path):
    assert count_parameters(tmp_path) is None
    torch.save({"weight": torch.zeros(3)}, tmp_path / "pytorch_model.bin")
    assert count_parameters(tmp_path) is None
    (tmp_path / "model.safetensors").write_bytes(b"not safetensors at all")
    assert count_parameters(tmp_path) is None


def test_memory_by_hand():
    # 1,000 parameters of 16 bytes; 16 texts of 10 tokens, 4 numbers wide, 2 heads, 3 layers
    by_hand = 16_000 + 16 * 10 * 3 * (68 * 4 + 10 * 2 * 10)
    assert training_bytes({"hidden_size": 4, "num_hidden_layers": 3, "num_attention_heads": 2}, 1_000, 10) == by_hand
    assert training_bytes({"n_embd": 4, "n_layer": 3, "n_head": 2}, 1_000, 10) == by_hand
    assert training_bytes({"hidden_size": 4, "num_hidden_layers": 3}, 1_000, 10) is None
    assert training_bytes({"n_embd": 4, "n_layer": 3, "n_head": 2}, None, 10) is None


def test_memory_is_about_what_was_measured():
    # peak of MiniLM's training on a processor: 1.17 GB at 128 tokens, 2.39 GB at 256
    config = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12}
    for length, measured in ((128, 1.17e9), (256, 2.39e9)):
        assert 0.6 < training_bytes(config, 22_713_216, length) / measured < 1.2


def test_what_a_readme_states(tmp_path):
    card = with_readme(
        tmp_path,
        "---\nlanguage: [pt-BR, EN]\nlicense: mit\nmodel-index:\n- name: x\n  results:\n  - dataset: {name: ToLD}\n"
        "    metrics: [{type: f1, value: 0.75}, {type: broken, value: high}, {type: flag, value: true}]\n---\n# Text\n",
    )
    assert stated_languages(card) == ("pt", "en")
    assert stated_licence(card) == "mit"
    assert [one.model_dump() for one in reported_scores(card)] == [{"metric": "f1", "value": 0.75, "data": "ToLD"}]


def test_what_a_readme_does_not_state(tmp_path):
    card = with_readme(tmp_path, "# A model\n---\nlanguage: en\n---\n")
    assert (stated_languages(card), stated_licence(card), reported_scores(card)) == ((), None, ())
    assert stated_languages({"language": "multilingual"}) == ("multilingual",)
    assert stated_languages({"language": {"a": 1}}) == ()


def test_a_header_that_would_unfold_or_is_broken_or_endless_states_nothing(tmp_path):
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert with_readme(tmp_path, f"---\n{bomb}---\n") == {}
    assert with_readme(tmp_path, "---\n: [\n---\n") == {}
    assert with_readme(tmp_path, "---\n" + json.dumps({"language": "e" * 200_000}) + "\n---\n") == {}
