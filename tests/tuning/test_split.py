import numpy as np
import pandas as pd
import pytest

from boletim.contracts.config import SplitConfig
from boletim.contracts.errors import DataError
from tuning.split import split_places

LABELS = pd.Series(np.repeat(["a", "b", "c"], [600, 300, 100]))


def test_shares_and_class_shares_are_as_asked_and_the_seed_decides():
    places = split_places(LABELS, SplitConfig(validation=0.15, test=0.2), seed=3)
    shares = pd.Series(places).value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({"train": 0.65, "test": 0.2, "validation": 0.15}, abs=0.005)
    for split in ("train", "validation", "test"):
        within = LABELS[places == split].value_counts(normalize=True)
        assert within.to_dict() == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1}, abs=0.02)
    assert (places == split_places(LABELS, SplitConfig(), seed=3)).all()
    assert (places != split_places(LABELS, SplitConfig(), seed=4)).any()


def test_an_author_stays_in_one_split():
    owners = pd.Series(np.random.default_rng(0).integers(0, 120, len(LABELS)).astype(str))
    places = split_places(LABELS, SplitConfig(by="author"), seed=1, owners=owners)
    assert pd.DataFrame({"o": owners, "p": places}).groupby("o")["p"].nunique().max() == 1
    assert set(places) == {"train", "validation", "test"}
    assert abs((places == "test").mean() - 0.2) < 0.06


def test_too_few_authors():
    with pytest.raises(DataError, match="at least 5 different values"):
        split_places(LABELS, SplitConfig(by="author"), seed=1, owners=pd.Series(np.arange(len(LABELS)) % 3))
