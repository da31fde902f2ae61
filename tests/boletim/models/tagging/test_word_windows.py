"""No word is lost, whatever the length of a text."""

import re

import numpy as np
import pytest

from boletim.models.files import find_model_files
from boletim.models.tagging.word_windows import cut_windows
from boletim.models.tokenizer import load_tokenizer


@pytest.mark.parametrize("kind", ["bert", "roberta", "modernbert"])
def test_every_word_is_read_once_at_its_own_token(kind, make_model, make_texts):
    tokenizer = load_tokenizer(find_model_files(str(make_model(kind, None))), 12)
    texts = [*make_texts(30), "the", "the, old; nurse!", ""]
    windows = cut_windows(tokenizer, texts)
    assert max(map(len, windows.columns["input_ids"])) <= 12
    assert sorted(set(windows.text)) == list(range(len(texts)))
    assert max(np.bincount(windows.text)) > 3
    for row, (text, words, places) in enumerate(zip(texts, windows.words, windows.places, strict=True)):
        assert [text[a:b] for a, b in words] == re.findall(r"\w+|[^\w\s]", text)
        assert len({tuple(place) for place in places}) == len(words), "each at a token of its own"
        assert all(windows.text[window] == row for window, _ in places)
        for (start, end), (window, place) in zip(words, places, strict=True):
            piece = tokenizer.decode([windows.columns["input_ids"][window][place]]).strip()
            assert piece == tokenizer.unk_token or text[start:end].startswith(piece)


def test_a_word_at_the_border_is_read_where_it_stands_farthest_from_an_end(make_model):
    tokenizer = load_tokenizer(find_model_files(str(make_model("bert", None))), 10)
    windows = cut_windows(tokenizer, [" ".join(["nurse"] * 30)])
    lengths = [len(ids) for ids in windows.columns["input_ids"]]
    margins = [min(place, lengths[window] - 1 - place) for window, place in windows.places[0][1:-1]]
    assert min(margins) >= 1
    assert np.all(np.diff(windows.places[0][:, 0]) >= 0)
