import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boletim.contracts.errors import DataError
from boletim.tuning.corpus.split_by import split_by_owner

SHARES = {"train": 0.65, "validation": 0.15, "test": 0.2}


def rows(n, n_owners, seed=0):
    rng = np.random.default_rng(seed)
    labels = pd.Series(rng.choice(["a", "b", "c"], n, p=[0.7, 0.25, 0.05]))
    return labels, pd.Series(rng.integers(0, n_owners, n).astype(str), name="author")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(40, 300), st.floats(0.1, 0.45), st.booleans())
def test_no_owner_crosses_and_shares_hold(seed, n_owners, test, stratify):
    labels, owners = rows(3000, n_owners, seed)
    shares = {"train": 0.85 - test, "validation": 0.15, "test": test}
    places = split_by_owner("f.csv", labels, owners, shares, stratify=stratify, seed=seed % 7)
    assert pd.Series(places).groupby(owners).nunique().max() == 1
    sizes = pd.Series(places).value_counts(normalize=True)
    assert sizes.to_dict() == pytest.approx(shares, abs=0.03)
    if stratify:  # whole owners of up to 100 rows cannot match every share; 40 owners leave a split of 6
        within = pd.crosstab(places, labels, normalize="index")
        assert (abs(within - labels.value_counts(normalize=True)) < 0.1).to_numpy().all()


def test_the_seed_decides():
    labels, owners = rows(2000, 100)
    first, again, other = (split_by_owner("f", labels, owners, SHARES, stratify=True, seed=s) for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_a_class_of_three_owners_is_in_every_split():
    owners = pd.Series(np.repeat(np.arange(60), 10).astype(str), name="author")
    labels = pd.Series(np.where(np.isin(np.arange(600), [0, 250, 590]), "rare", "usual"))
    for seed in range(10):
        places = split_by_owner("f", labels, owners, SHARES, stratify=True, seed=seed)
        assert set(places[labels == "rare"]) == set(SHARES)


def test_one_large_owner_goes_to_the_training_split():
    owners = pd.Series(["giant"] * 500 + [f"a{i}" for i in range(500)], name="author")
    labels = pd.Series(["a", "b"] * 500)
    places = split_by_owner("f", labels, owners, SHARES, stratify=True, seed=0)
    assert set(places[:500]) == {"train"}
    assert pd.Series(places).value_counts(normalize=True).to_dict() == pytest.approx(SHARES, abs=0.01)


def test_too_few_owners():
    labels, owners = rows(100, 2)
    with pytest.raises(DataError, match=r"f.csv: split.by needs a value for each of 3 splits, 'author' has 2; choose"):
        split_by_owner("f.csv", labels, owners, SHARES, stratify=True, seed=1)
    owners = pd.Series(np.arange(100).astype(str), name="author")
    labels = pd.Series(["x"] * 2 + ["y"] * 98)
    with pytest.raises(DataError, match=r"'x' comes from 2 values of 'author' only"):
        split_by_owner("f.csv", labels, owners, SHARES, stratify=True, seed=1)
