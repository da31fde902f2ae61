import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from boletim.tuning.corpus.near_duplicates import copies_of, find_copies, same_words

WORDS = [f"word{i}" for i in range(500)]


def sentence(rng, n=40):
    return " ".join(rng.choice(WORDS, n))


def by_brute_force(texts):
    """The definition itself: a text repeats the earliest kept one that has the same words or is similar enough."""
    keys = [same_words(text) for text in texts]
    shingles = [{tuple(k.split()[i : i + 5]) for i in range(len(k.split()) - 4)} for k in keys]
    is_long = [len(key.split()) >= 10 for key in keys]
    place = list(range(len(texts)))
    for j in range(len(texts)):
        first = keys.index(keys[j])
        if first < j:
            place[j] = place[first]
            continue
        for i in range(j):
            if place[i] == i and is_long[i] and is_long[j]:
                both, either = len(shingles[i] & shingles[j]), len(shingles[i] | shingles[j])
                if 10 * both >= 9 * either:
                    place[j] = i
                    break
    return place


def test_case_and_punctuation_make_no_other_text_but_emoji_do():
    texts = [
        "The cat sat.",
        "the CAT, sat",
        "The cat sat.",
        "the cat sits",
        "ok :)",
        "ok :(",
        "ok 😀",
        "ok 😡",
        "...",
        "!",
    ]
    identical, kept = find_copies(texts)
    assert identical.tolist() == [0, 1, 0, 3, 4, 5, 6, 7, 8, 9]
    assert kept.tolist() == [0, 0, 0, 3, 4, 5, 6, 7, 8, 9]


def test_planted_near_copies_are_all_found_and_no_other_is():
    rng = np.random.default_rng(5)
    texts = [sentence(rng, 60) for _ in range(400)]
    copies = [text + " extra" for text in texts[:100]]  # 56 of 57 shingles shared
    edited = [" ".join([*text.split()[:30], "edited", *text.split()[31:]]) for text in texts[100:200]]  # 51 of 61
    half = [" ".join([*text.split()[:30], *rng.choice(WORDS, 30)]) for text in texts[200:300]]
    _, kept = find_copies([*texts, *copies, *edited, *half])
    assert kept.tolist() == [*range(400), *range(100), *range(500, 700)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(9, 45))
def test_the_fast_search_finds_what_the_definition_finds(seed, n_edits, n_words):
    rng = np.random.default_rng(seed)
    texts = [sentence(rng, n_words) for _ in range(4)]
    for _ in range(40):  # chains of edits: neighbours are close, ends are not
        words = texts[rng.integers(len(texts))].split()
        for _ in range(rng.integers(n_edits)):
            words[rng.choice([0, 1, len(words) - 1, rng.integers(len(words))])] = str(rng.choice(WORDS[:20]))
        texts.append(" ".join(words))
    assert find_copies(texts)[1].tolist() == by_brute_force(texts)


def test_short_texts_and_templates_are_left_alone():
    template = "the {} from {} went to the market early in the morning to buy fresh bread and {}"
    texts = [template.format(a, b, c) for a in WORDS[:8] for b in WORDS[:8] for c in WORDS[:8]]
    short = ["one two three four five six", "one two three four five seven"]
    assert find_copies([*texts, *short])[1].tolist() == list(range(len(texts) + 2))


def test_nothing_gives_nothing():
    assert [found.tolist() for found in find_copies([])] == [[], []]
    assert [found.tolist() for found in find_copies([""])] == [[0], [0]]


def test_copies_of_earlier_texts():
    long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    train = ["The cat sat.", long, "alone"]
    test = ["the CAT sat!", f"{long} eighteen", "new", "new", "a dog ran"]
    assert copies_of(train, test).tolist() == [True, True, False, False, False]
    assert copies_of([], ["a", "a"]).tolist() == [False, False]
