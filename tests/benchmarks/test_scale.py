"""200 classes and 20 groups: the number of measures grows with classes x groups, and the audit still ends."""

import numpy as np

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig


def test_200_classes_by_20_groups():
    rng = np.random.default_rng(0)
    n, k = 10_000, 200
    gold = rng.integers(0, k, n)
    predicted = np.where(rng.random(n) < 0.8, gold, rng.integers(0, k, n))
    groups = {
        "g": np.array([f"g{i}" for i in range(20)], dtype=object)[rng.integers(0, 20, n)],
        "h": np.array(["x", "y"], dtype=object)[rng.integers(0, 2, n)],
    }
    labels = tuple(f"c{i}" for i in range(k))
    predictions = Predictions(np.arange(n).astype(object), gold, predicted, labels, None, groups=groups)
    result = audit(predictions, AuditConfig(bootstrap=500), seed=1)
    n_subsets = 1 + 20 + 2 + 40
    assert len(result.measures) <= n_subsets * (8 * k + 20) + 3 * (9 * k + 20) + 22 * (2 * k + 1)
    empty = [m for m in result.measures if {"g", "h", "class"} <= set(m.scope) and m.metric == "recall" and m.n == 0]
    assert not empty
