"""The swaps on published corpora: counted, reversible, and agreeing with the corpus's own gender column."""

from pathlib import Path

import pandas as pd
import pytest

from boletim.contracts.language import load_language
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def read(name: str, n_rows: int | None = None) -> pd.DataFrame:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    return pd.read_csv(DATA / name, nrows=n_rows)


def test_gender_agrees_with_the_column_of_mt_geneval() -> None:
    frame = read("mt_geneval_occupation_gender.csv")
    rules = find_rules(load_language("en"))
    swaps = [swap(text, rules) for text in frame["text"]]
    judged = [
        (s.gender, gold) for s, gold in zip(swaps, frame["gender"], strict=True) if s.gender in ("female", "male")
    ]
    assert len(judged) > 700
    assert sum(found == gold for found, gold in judged) / len(judged) > 0.95


@pytest.mark.parametrize(
    ("name", "column", "code"),
    [
        ("ToLD-BR.csv", "text", "pt-BR"),
        ("mt_geneval_occupation_gender.csv", "text", "en"),
        ("womens_clothing_reviews.csv", "Review Text", "en"),
    ],
)
def test_every_swapped_text_swaps_back(name: str, column: str, code: str) -> None:
    texts = read(name, 3000)[column].dropna()
    rules = find_rules(load_language(code))
    swapped = [(text, swap(text, rules)) for text in texts]
    changed = [(text, once) for text, once in swapped if once.status == "swapped"]
    assert changed
    assert all(swap(once.text, rules).text == text for text, once in changed)


def test_hand_written_winogender_pairs_are_found() -> None:
    """Winogender's sentences exist in a female and a male version: the swap of one must be the other."""
    if not (DATA / "winogender_all_sentences.tsv").exists():
        pytest.skip("winogender_all_sentences.tsv is not here")
    frame = pd.read_csv(DATA / "winogender_all_sentences.tsv", sep="\t")
    texts = dict(zip(frame["sentid"], frame["sentence"], strict=True))
    rules = find_rules(load_language("en"))
    right = wrong = 0
    for key, text in texts.items():
        if ".female." not in key:
            continue
        attempt = swap(text, rules)
        if attempt.status == "swapped":
            is_same = attempt.text.lower() == texts[key.replace(".female.", ".male.")].lower()
            right, wrong = right + is_same, wrong + (not is_same)
    assert right > 180
    assert wrong == 0
