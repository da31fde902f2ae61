from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from boletim.models.classifier import TextClassifier
from boletim.models.load import load_classifier

KINDS = ("bert", "distilbert", "roberta", "gpt2")


@pytest.fixture(scope="module", params=KINDS)
def folder(request: pytest.FixtureRequest, make_model: Callable[..., Path]) -> Path:
    return make_model(request.param, ("x", "y", "z"))


@pytest.fixture(scope="module")
def classifier(folder: Path) -> TextClassifier:
    return load_classifier(str(folder))


def test_a_text_scores_the_same_alone_and_among_others(
    classifier: TextClassifier, make_texts: Callable[..., list[str]]
) -> None:
    texts = [*make_texts(60), "", "a", "word-nobody-knows", "nurse " * 500]
    together = classifier.predict_scores(texts)
    alone = np.vstack([classifier.predict_scores([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)
    assert together.dtype == np.float64
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-12)


def test_scores_are_those_of_plain_transformers(
    folder: Path, classifier: TextClassifier, make_texts: Callable[..., list[str]]
) -> None:
    texts = make_texts(20, seed=1)
    network = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    network.config.pad_token_id = tokenizer.pad_token_id
    with torch.no_grad():
        plain = [network(**tokenizer(text, return_tensors="pt")).logits.softmax(-1).numpy()[0] for text in texts]
    np.testing.assert_allclose(classifier.predict_scores(texts), plain, atol=1e-6)
    assert np.ptp(plain, axis=0).max() > 0.05, "the random model tells texts apart, or this test proves nothing"


def test_texts_beyond_the_limit_are_cut_to_it(classifier: TextClassifier) -> None:
    limit = classifier.facts.max_length
    assert limit is not None
    assert limit <= 64
    cut, longer = classifier.predict_scores(["nurse " * limit, "nurse " * (limit + 30) + "bug"])
    np.testing.assert_allclose(cut, longer, atol=1e-7)


def test_the_order_of_the_texts_does_not_matter_and_runs_agree(
    classifier: TextClassifier, make_texts: Callable[..., list[str]]
) -> None:
    texts = make_texts(100, seed=2)
    scores = classifier.predict_scores(texts)
    np.testing.assert_array_equal(scores, classifier.predict_scores(texts))
    shuffle = np.random.default_rng(0).permutation(len(texts))
    np.testing.assert_allclose(classifier.predict_scores([texts[i] for i in shuffle]), scores[shuffle], atol=1e-6)


def test_a_repeated_text_is_scored_once_and_progress_reaches_the_end(tiny_model_folder: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    scores = load_classifier(str(tiny_model_folder)).predict_scores(
        ["a nurse", "a bug", "a nurse", "a nurse"], lambda *event: seen.append(event)
    )
    assert seen[-1][1:] == (2, 2)
    np.testing.assert_array_equal(scores[[0, 0]], scores[[2, 3]])


def test_no_texts_give_no_rows(tiny_model_folder: Path) -> None:
    assert load_classifier(str(tiny_model_folder)).predict_scores([]).shape == (0, 3)


def test_a_long_file_is_scored_in_windows(
    tiny_model_folder: Path, make_texts: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = load_classifier(str(tiny_model_folder))
    texts = make_texts(150, seed=3)
    whole = classifier.predict_scores(texts)
    monkeypatch.setattr("boletim.models.classifier._WINDOW", 16)
    np.testing.assert_allclose(classifier.predict_scores(texts), whole, atol=1e-6)
