from pathlib import Path

import pytest

from boletim.contracts.errors import ModelError
from boletim.tuning.corpus.lengths import token_lengths


def test_lengths_count_words_and_the_frame(tiny_model_folder: Path) -> None:
    texts = [" ".join(["nurse"] * n) for n in (1, 2, 3, 10, 100)]
    assert token_lengths(texts, str(tiny_model_folder), 12) == {
        "max_length": 12, "median": 5.0, "p95": pytest.approx(12 + 0.8 * 90), "max": 102, "n_truncated": 1, "n": 5,
    }  # fmt: skip


def test_a_wish_beyond_the_models_limit_is_cut_to_it(tiny_model_folder: Path) -> None:
    assert token_lengths(["nurse"], str(tiny_model_folder), 512)["max_length"] == 64


def test_real_tokens(minilm_folder: Path) -> None:
    # [CLS] the nurse works at night . [SEP]
    assert token_lengths(["The nurse works at night."], str(minilm_folder), 256)["max"] == 8


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="/nowhere"):
        token_lengths(["a"], "/nowhere", 10)
