"""Tags of words in windows: each once, and what each text keeps of an evaluation."""

import numpy as np
import pytest

from boletim.contracts.answers.spans import Span
from boletim.models.files import find_model_files
from boletim.models.tokenizer import load_tokenizer
from boletim.tuning.tasks.token_classification import per_text, score, tags_of_types
from boletim.tuning.training.rows.tagged import UNREAD, tagged, word_tags

TAGS = tags_of_types(("LOC", "PER"))


@pytest.fixture
def rows(make_model):
    tokenizer = load_tokenizer(find_model_files(str(make_model("bert", None))), 10)
    long = " ".join(["nurse", "works"] * 20)
    spans = [Span(12 * i, 12 * i + 5, "PER") for i in range(20)]
    return tagged(tokenizer, [long, "the old doctor"], [spans, [Span(4, 14, "LOC")]], TAGS)


def padded(rows):
    found = [rows[row]["labels"] for row in range(len(rows))]
    width = max(map(len, found))
    return np.array([one + [UNREAD] * (width - len(one)) for one in found])


def test_no_entity_is_lost_and_none_is_counted_twice(rows):
    labels = padded(rows)
    assert (labels != UNREAD).sum() == 40 + 3
    assert (labels == TAGS.index("B-PER")).sum() == 20
    assert len(rows) > 5


@pytest.mark.parametrize("seed", [None, 1])
def test_windows_in_any_order_give_each_text_its_counts(rows, seed):
    order = np.arange(len(rows)) if seed is None else np.random.default_rng(seed).permutation(len(rows))
    chosen = rows.select(order)
    labels = padded(chosen)
    said = np.where(labels == TAGS.index("I-LOC"), TAGS.index("O"), labels)  # one entity is cut short
    kept = per_text(np.maximum(said, 0), labels, chosen)
    assert kept.tolist() == [[0, 20, 0, 20, 0, 20], [0, 0, 1, 0, 1, 0]]  # hits, true, predicted of LOC and PER
    assert score("recall_micro", kept, kept) == 20 / 21
    assert score("f1_micro", kept, kept) == pytest.approx(40 / 42)
    assert score("f1_macro", kept, kept) == 0.5


def test_the_windows_of_some_texts(rows):
    assert len(rows.of_texts(np.array([1]))) == 1
    assert len(rows.of_texts(np.array([0]))) == len(rows) - 1


def test_entities_that_touch_and_overlap():
    words = [(0, 3), (4, 6), (7, 9), (10, 12)]
    assert list(word_tags(words, [Span(0, 6, "A"), Span(7, 9, "A")])) == ["B-A", "I-A", "B-A", "O"]
    assert list(word_tags(words, [Span(0, 6, "A"), Span(4, 9, "B")])) == ["B-A", "I-A", "B-B", "O"]
    assert list(word_tags(words, [Span(5, 6, "A")])) == ["O", "B-A", "O", "O"]
