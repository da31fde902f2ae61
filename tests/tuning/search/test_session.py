from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from boletim.tuning.search.session import Session


@pytest.mark.parametrize(
    ("n_train", "n_validation", "expected"),
    [(60, 30, 60), (2_100, 450, 225), (5_000, 90, 100), (70_000, 15_000, 400), (300, 5_000, 300)],
)
def test_the_curve_measures_half_as_many_training_texts_as_validation_texts_within_bounds(
    n_train: int, n_validation: int, expected: int
) -> None:
    session: Any = SimpleNamespace(
        splits={},
        candidates={0: None},
        data=SimpleNamespace(train=range(n_train), validation=range(n_validation)),
        config=SimpleNamespace(seed=1),
        task=SimpleNamespace(tokenise=lambda candidate, data, rows, progress: {"rows": rows}),
        progress=None,
    )
    session.n_train_sample = cast(Any, Session.n_train_sample).fget(session)
    rows = Session.splits_of(cast(Session, session), 0)["rows"]
    assert len(np.unique(rows)) == len(rows) == expected
    assert rows.max() < n_train
