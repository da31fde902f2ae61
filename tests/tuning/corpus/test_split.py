import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boletim.tuning.corpus.split import split_rows

LABELS = pd.Series(np.repeat(["a", "b", "c"], [600, 300, 100]))
SHARES = {"train": 0.65, "validation": 0.15, "test": 0.2}


def test_shares_and_class_shares_are_as_asked_and_the_seed_decides():
    places = split_rows(LABELS, SHARES, stratify=True, seed=3)
    counts = pd.crosstab(places, LABELS)
    assert counts.loc["train"].tolist() == [390, 195, 65]
    assert counts.loc["validation"].tolist() == [90, 45, 15]
    assert counts.loc["test"].tolist() == [120, 60, 20]
    assert (places == split_rows(LABELS, SHARES, stratify=True, seed=3)).all()
    assert (places != split_rows(LABELS, SHARES, stratify=True, seed=4)).any()


def test_each_row_is_as_likely_to_be_tested():
    drawn = np.mean([split_rows(LABELS, SHARES, stratify=True, seed=s) == "test" for s in range(400)], axis=0)
    assert abs(drawn - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / 400)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(3, 60), min_size=2, max_size=30),
    st.floats(0.05, 0.5),
    st.floats(0.05, 0.35),
    st.integers(0, 99),
)
def test_every_class_is_in_every_split_and_no_share_is_far(sizes, test, validation, seed):
    labels = pd.Series(np.repeat(np.arange(len(sizes)), sizes).astype(str))
    shares = {"train": 1 - test - validation, "validation": validation, "test": test}
    places = split_rows(labels, shares, stratify=True, seed=seed)
    counts = pd.crosstab(labels, places).reindex(columns=list(shares), fill_value=0)
    assert counts.to_numpy().min() >= 1
    wanted = np.outer(counts.sum(axis=1), list(shares.values()))
    assert (abs(counts - wanted).to_numpy() < 2).all()
    if (np.floor(wanted) >= 1).all():
        assert (abs(counts - wanted).to_numpy() < 1 + 1e-9).all()
        assert (abs(counts.sum() - wanted.sum(axis=0)) < 2).all()


def test_without_stratifying_sizes_hold_and_classes_vary():
    places = split_rows(LABELS, SHARES, stratify=False, seed=1)
    assert pd.Series(places).value_counts().to_dict() == {"train": 650, "test": 200, "validation": 150}
    seen = {
        int(((split_rows(LABELS, SHARES, stratify=False, seed=s) == "test") & (LABELS == "c")).sum()) for s in range(9)
    }
    assert len(seen) > 1


@pytest.mark.parametrize("seed", range(5))
def test_two_splits(seed):
    places = split_rows(LABELS, {"train": 0.4, "validation": 0.6}, stratify=True, seed=seed)
    assert (places == "validation").mean() == pytest.approx(0.6)
