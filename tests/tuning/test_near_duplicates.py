import numpy as np

from tuning.near_duplicates import first_copies

WORDS = [f"word{i}" for i in range(500)]


def sentence(rng, n=40):
    return " ".join(rng.choice(WORDS, n))


def test_the_same_words_are_an_exact_copy_whatever_case_and_punctuation():
    exact, near = first_copies(["The cat sat.", "the CAT, sat", "the cat sits"])
    assert exact.tolist() == [0, 0, 2]
    assert near.tolist() == [0, 0, 2]


def test_planted_near_copies_are_found_and_others_are_not():
    rng = np.random.default_rng(5)
    texts = [sentence(rng, 60) for _ in range(400)]
    copies = [text + " extra" for text in texts[:100]]  # 56 shingles of 57 shared: similarity above 0.9
    half = [" ".join([*text.split()[:30], *rng.choice(WORDS, 30)]) for text in texts[100:200]]
    _, near = first_copies([*texts, *copies, *half])
    assert near[:400].tolist() == list(range(400))
    assert (near[400:500] == np.arange(100)).mean() >= 0.98
    assert near[500:].tolist() == list(range(500, 600))


def test_short_texts_have_no_near_copies():
    _, near = first_copies(["one two three four five six", "one two three four five seven"])
    assert near.tolist() == [0, 1]
