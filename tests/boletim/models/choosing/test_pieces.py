from boletim.models.choosing.pieces import count_pieces
from boletim.models.files import find_model_files
from boletim.models.tokenizer import load_tokenizer


def test_counts_by_hand(tiny_model_folder):
    # the tiny tokenizer knows whole words alone, and frames a text with [CLS] and [SEP]
    counts = count_pieces(load_tokenizer(find_model_files(str(tiny_model_folder))), ["the nurse zzz", "", "bug"])
    assert counts.words.tolist() == [3, 0, 1]
    assert counts.pieces.tolist() == [3, 0, 1]
    assert counts.unknown.tolist() == [1, 0, 0]
    assert counts.lengths.tolist() == [5, 2, 3]


def test_no_texts_give_no_counts(tiny_model_folder):
    counts = count_pieces(load_tokenizer(find_model_files(str(tiny_model_folder))), [])
    assert counts.words.shape == counts.lengths.shape == (0,)
