import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, recall_score

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig

pytestmark = pytest.mark.filterwarnings("ignore")
CONFIG = AuditConfig(bootstrap=100, min_group=1, intersections=1)


@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 2**32 - 1), st.floats(0.2, 0.95))
@settings(max_examples=20, deadline=None)
def test_gaps(k, n_groups, seed, accuracy):
    rng = np.random.default_rng(seed)
    n = 300
    gold = rng.integers(0, k, n)
    predicted = np.where(rng.random(n) < accuracy, gold, rng.integers(0, k, n))
    group = rng.integers(0, n_groups, n)
    labels = tuple(f"c{i}" for i in range(k))
    columns = {"g": np.array([f"g{i}" for i in group], dtype=object)}
    ids = np.arange(n).astype(str).astype(object)
    result = audit(Predictions(ids, gold, predicted, labels, None, groups=columns), CONFIG, seed=1)
    by_id = {measure.id: measure for measure in result.measures}

    def frame(function):
        return MetricFrame(metrics=function, y_true=gold, y_pred=predicted, sensitive_features=group).difference()

    assert by_id["accuracy_gap{attribute=g}"].value == pytest.approx(frame(accuracy_score), abs=1e-9)
    f1_gap = frame(lambda t, p: f1_score(t, p, average="macro", zero_division=0))
    assert by_id["f1_macro_gap{attribute=g}"].value == pytest.approx(f1_gap, abs=1e-9)
    worst = {"recall_gap": 0.0, "demographic_parity_difference": 0.0, "equalized_odds_difference": 0.0}
    ratio = 1.0
    for c in range(k):
        if any((gold[group == g] == c).sum() in (0, (group == g).sum()) for g in range(n_groups)):
            return
        one, said = (gold == c).astype(int), (predicted == c).astype(int)
        theirs = {
            "recall_gap": MetricFrame(
                metrics=recall_score, y_true=one, y_pred=said, sensitive_features=group
            ).difference(),
            "demographic_parity_difference": demographic_parity_difference(one, said, sensitive_features=group),
            "equalized_odds_difference": equalized_odds_difference(one, said, sensitive_features=group),
        }
        for name, value in theirs.items():
            worst[name] = max(worst[name], value)
            assert by_id[f"{name}{{class=c{c},attribute=g}}"].value == pytest.approx(value, abs=1e-9)
        if said.any():
            own = demographic_parity_ratio(one, said, sensitive_features=group)
            ratio = min(ratio, own)
            assert by_id[f"demographic_parity_ratio{{class=c{c},attribute=g}}"].value == pytest.approx(own, abs=1e-9)
    for name, value in worst.items():
        assert by_id[f"{name}{{attribute=g}}"].value == pytest.approx(value, abs=1e-9)
    assert by_id["demographic_parity_ratio{attribute=g}"].value == pytest.approx(ratio, abs=1e-9)
