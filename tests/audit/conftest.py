import numpy as np
import pytest

from boletim.contracts.answers.one_label import Predictions


@pytest.fixture
def make_predictions():
    """Predictions drawn from recalls per class and group; errors fall evenly on the other classes."""

    def make(recalls, n_per_cell, seed=0, labels=None, with_scores=False, column="gender"):
        recalls = np.asarray(recalls, dtype=float)  # (n_groups, k)
        n_groups, k = recalls.shape
        sizes = np.broadcast_to(n_per_cell, (n_groups, k))
        rng = np.random.default_rng(seed)
        group = np.repeat(np.repeat(np.arange(n_groups), k), sizes.ravel())
        gold = np.repeat(np.tile(np.arange(k), n_groups), sizes.ravel())
        wrong = (gold + rng.integers(1, k, len(gold))) % k
        predicted = np.where(rng.random(len(gold)) < recalls[group, gold], gold, wrong)
        scores = None
        if with_scores:
            scores = np.full((len(gold), k), 0.2 / (k - 1))
            scores[np.arange(len(gold)), predicted] = 0.8
        return Predictions(
            ids=np.arange(len(gold)).astype(str).astype(object),
            gold=gold,
            predicted=predicted,
            labels=tuple(labels or (f"c{i}" for i in range(k))),
            scores=scores,
            groups={column: np.array(["female", "male", "other", "none"], dtype=object)[group]},
        )

    return make
