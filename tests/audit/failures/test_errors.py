import numpy as np
import pytest

from boletim.audit.failures.errors import confident_errors, suspected_labels
from boletim.contracts.answers.one_label import Predictions


@pytest.fixture
def predictions():
    """Usual probability of a where a is the label: (0.9 + 0.8 + 0.1) / 3 = 0.6; of b: (0.7 + 0.55 + 0.25) / 3 = 0.5."""
    a = np.array([0.9, 0.8, 0.1, 0.3, 0.45, 0.75])
    gold = np.array([0, 0, 0, 1, 1, 1])
    scores = np.column_stack([a, 1 - a])
    ids = np.array(["i0", "i1", "i2", "i3", "i4", "i5"], dtype=object)
    return Predictions(ids, gold, scores.argmax(axis=1), ("a", "b"), scores)


def test_labels_that_the_model_is_surer_of_than_usual(predictions):
    assert suspected_labels(predictions).tolist() == [False, False, True, False, False, True]


def test_a_weak_disagreement_is_no_suspicion(predictions):
    scores = np.array([[0.95, 0.05], [0.95, 0.05], [0.45, 0.55], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]])
    weak = Predictions(predictions.ids, predictions.gold, scores.argmax(axis=1), ("a", "b"), scores)
    assert not suspected_labels(weak).any()


def test_planted_wrong_labels_are_among_the_suspected():
    rng = np.random.default_rng(1)
    n, k = 2_000, 3
    truth = rng.integers(0, k, n)
    logits = rng.normal(size=(n, k)) + 4 * np.eye(k)[truth]
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    is_flipped = rng.random(n) < 0.05
    gold = np.where(is_flipped, (truth + 1) % k, truth)
    found = suspected_labels(Predictions(np.arange(n), gold, scores.argmax(axis=1), ("a", "b", "c"), scores))
    assert found[is_flipped].mean() > 0.7
    assert is_flipped[found].mean() > 0.7


def test_the_surest_errors_come_first_and_texts_are_withheld_unless_given(predictions):
    errors = confident_errors(predictions, None)
    assert [(e.id, e.gold, e.predicted, e.text) for e in errors] == [("i2", "a", "b", None), ("i5", "b", "a", None)]
    assert [e.confidence for e in errors] == pytest.approx([0.9, 0.75])
    texts = [f"text {i} " + "x" * 300 for i in range(6)]
    shown = confident_errors(predictions, texts)[0].text
    assert shown.startswith("text 2 xxx")
    assert len(shown) == 200


def test_without_scores_nothing_is_said(predictions):
    bare = Predictions(predictions.ids, predictions.gold, predictions.predicted, ("a", "b"))
    assert confident_errors(bare, None) == ()
    assert not suspected_labels(bare).any()
