from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from boletim.models.load import load_classifier
from boletim.models.load_language_model import load_encoder

KINDS = (
    "bert", "distilbert", "roberta", "xlm-roberta", "deberta", "deberta-v2", "electra", "albert", "modernbert", "gpt2",
    "llama", "t5",
)  # fmt: skip
TEXTS = ["the nurse said that she works", "he", "the engineer is a very good teacher every day", "he", "nurse " * 20]


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_has_the_same_vector_alone_and_among_others(kind: str, make_tiny: Callable[..., Path]) -> None:
    encoder = load_encoder(str(make_tiny(kind, "body")))
    together = encoder.embed(TEXTS)
    alone = np.vstack([encoder.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=2e-5)
    assert together.dtype == np.float64
    assert np.abs(together[0] - together[2]).max() > 0.01
    assert encoder.embed([]).shape == (0, together.shape[1])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "t5"])
def test_classifiers_of_every_architecture_score_alone_as_among_others(
    kind: str, make_tiny: Callable[..., Path]
) -> None:
    classifier = load_classifier(str(make_tiny(kind, "classifier")))
    together = classifier.predict_scores(TEXTS)
    alone = np.vstack([classifier.predict_scores([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.abs(together[0] - together[2]).max() > 1e-4


def test_the_vector_is_the_mean_of_the_last_layer(make_tiny: Callable[..., Path]) -> None:
    folder = make_tiny("bert", "body")
    network, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        hidden = network(**tokenizer(TEXTS[0], return_tensors="pt")).last_hidden_state[0]
    np.testing.assert_allclose(load_encoder(str(folder)).embed(TEXTS[:1])[0], hidden.mean(dim=0).numpy(), atol=1e-6)


def test_word_vectors_are_rows_of_the_input_embedding_and_unknown_words_have_none(
    make_tiny: Callable[..., Path],
) -> None:
    folder = make_tiny("bert", "body")
    table = AutoModel.from_pretrained(folder).get_input_embeddings().weight.detach().numpy()
    nurse = AutoTokenizer.from_pretrained(folder).convert_tokens_to_ids("nurse")
    vectors = load_encoder(str(folder)).word_vectors(["nurse", "zyzzyva"])
    np.testing.assert_allclose(vectors[0], table[nurse])
    assert np.isnan(vectors[1]).all()
