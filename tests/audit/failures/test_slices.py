import numpy as np
import pytest

from boletim.audit.failures.slices import candidate_slices
from boletim.contracts.answers.one_label import Predictions


def predictions(n=40, scores=True):
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, n)
    groups = {
        "sex": np.array(["f", "m", None, "f"] * (n // 4), dtype=object),
        "age": np.array(["young", "old"] * (n // 2), dtype=object),
    }
    table = np.column_stack([confidence, 1 - confidence]) if scores else None
    return Predictions(np.arange(n), np.zeros(n, int), np.zeros(n, int), ("a", "b"), table, groups=groups)


def test_groups_and_crossings_hold_the_rows_they_name_and_a_missing_value_is_no_slice():
    made = {s.name: s.rows.tolist() for s in candidate_slices(predictions(scores=False), None, None, 2)}
    rows = range(40)
    assert made == {
        "sex = f": [r for r in rows if r % 4 in (0, 3)],
        "sex = m": [r for r in rows if r % 4 == 1],
        "age = young": [r for r in rows if r % 2 == 0],
        "age = old": [r for r in rows if r % 2 == 1],
        "sex = f, age = young": [r for r in rows if r % 4 == 0],
        "sex = f, age = old": [r for r in rows if r % 4 == 3],
        "sex = m, age = old": [r for r in rows if r % 4 == 1],
    }
    assert {len(s.values) for s in candidate_slices(predictions(scores=False), None, None, 1)} == {1}
    assert not [s for s in candidate_slices(predictions(scores=False), None, None, 1) if "," in s.name]


@pytest.mark.parametrize("kind", ["confidence", "length"])
def test_bands_cut_the_examples_into_fifths(kind):
    texts = [" ".join(["word"] * (1 + r % 20)) for r in range(40)]
    bands = [s for s in candidate_slices(predictions(), predictions().scores.max(axis=1), texts, 1) if s.kind == kind]
    assert len(bands) == 5
    assert sorted(np.concatenate([s.rows for s in bands]).tolist()) == list(range(40))
    if kind == "length":
        assert [(s.values["low"], s.values["high"]) for s in bands] == [(1, 4), (5, 8), (9, 12), (13, 16), (17, 20)]


def test_words_in_any_case_and_not_those_of_most_texts():
    texts = ["The Nurse said"] * 10 + ["the nurse's drug; não 12"] * 5 + ["the end"] * 25
    words = {
        s.values["word"]: s.rows.tolist()
        for s in candidate_slices(predictions(), predictions().scores.max(axis=1), texts, 1)
        if s.kind == "word"
    }
    assert words == {
        "nurse": list(range(15)),
        "said": list(range(10)),
        "drug": [10, 11, 12, 13, 14],
        "não": [10, 11, 12, 13, 14],
    }
