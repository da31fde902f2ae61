import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boletim.audit.decisions.costs import cheapest_threshold, cost_matrix
from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import InputError

COSTS = {"ok>spam": 5.0, "spam>ok": 1.0}


def binary(n, seed, shift=1.2):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 2, n)
    chance = 1 / (1 + np.exp(-(shift * (2 * gold - 1) + rng.normal(size=n))))
    scores = np.column_stack([1 - chance, chance])
    groups = {"g": np.array(["a", "b"], dtype=object)[rng.integers(0, 2, n)]}
    return Predictions(np.arange(n).astype(object), gold, scores.argmax(axis=1), ("ok", "spam"), scores, groups=groups)


def audited(predictions, costs=COSTS, **kwargs):
    config = AuditConfig(bootstrap=100, costs=costs)
    return {m.id: m for m in audit(predictions, config, seed=1, **kwargs).measures}


def test_expected_cost_by_hand():
    predictions = binary(400, 0)
    found = audited(predictions)
    n_false = ((predictions.gold == 0) & (predictions.predicted == 1)).sum()
    n_missed = ((predictions.gold == 1) & (predictions.predicted == 0)).sum()
    assert found["expected_cost"].value == pytest.approx((5 * n_false + n_missed) / 400)
    rows = predictions.groups["g"] == "a"
    costs = np.select(
        [(predictions.gold == 0) & (predictions.predicted == 1), predictions.gold > predictions.predicted], [5, 1]
    )
    assert found["expected_cost{g=a}"].value == pytest.approx(costs[rows].mean())
    assert "cost_threshold" not in found
    assert "expected_cost" not in audited(predictions, {})


def test_expected_cost_covers():
    rng, n_covered = np.random.default_rng(1), 0
    true = 5 * 0.5 * 0.1 + 0.5 * 0.2
    for _ in range(200):
        gold = rng.integers(0, 2, 120)
        said = np.where(rng.random(120) < np.where(gold, 0.2, 0.1), 1 - gold, gold)
        predictions = Predictions(np.arange(120).astype(object), gold, said, ("ok", "spam"))
        measure = audited(predictions)["expected_cost"]
        n_covered += measure.low <= true <= measure.high
    assert n_covered / 200 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 200)


def test_a_sample_without_errors_is_not_free_of_cost():
    gold = np.tile([0, 1], 40)
    measure = audited(Predictions(np.arange(80).astype(object), gold, gold, ("ok", "spam")))["expected_cost"]
    assert (measure.low, measure.value) == (0, 0)
    assert 0.02 < measure.high < 0.5


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.floats(0, 9), st.floats(0, 9))
@settings(max_examples=150, deadline=None)
def test_no_threshold_is_cheaper(seed, n, false_alarm, miss):
    rng = np.random.default_rng(seed)
    gold, score = rng.integers(0, 2, n), np.round(rng.random(n), 1)
    costs = np.array([[0, false_alarm], [miss, 0]])

    def cost(threshold):
        return costs[gold, (score >= threshold).astype(int)].sum()

    found = cheapest_threshold(gold, score, costs)
    assert 0 <= found <= 1
    assert cost(found) <= min(cost(t) for t in np.linspace(0, 1, 41)) + 1e-6


def test_the_threshold_comes_from_validation_and_not_from_the_test_set():
    test, validation = binary(400, 0), binary(3000, 2)
    found = audited(test, validation=validation)
    costs = cost_matrix(COSTS, ("ok", "spam"))
    threshold = cheapest_threshold(validation.gold, validation.scores[:, 1], costs)
    assert found["cost_threshold"].value == threshold != cheapest_threshold(test.gold, test.scores[:, 1], costs)
    assert found["cost_threshold"].n == 3000
    said = (test.scores[:, 1] >= threshold).astype(int)
    assert found["expected_cost_at_threshold"].value == pytest.approx(costs[test.gold, said].mean())
    assert found["expected_cost_at_threshold"].value < found["expected_cost"].value
    # logits are normal around -1.2 and 1.2, so the true log odds are 2.4 logits; the best threshold for them is ln 5
    assert threshold == pytest.approx(1 / (1 + np.exp(-np.log(5) / 2.4)), abs=0.05)


def test_thresholds_by_hand():
    predictions = binary(300, 4)
    found = audited(predictions)
    for threshold in ("0.2", "0.5", "0.9"):
        said = predictions.scores[:, 1] >= float(threshold)
        recall = found[f"recall_at_threshold{{class=spam,threshold={threshold}}}"]
        assert recall.value == pytest.approx(said[predictions.gold == 1].mean())
        assert recall.low < recall.value < recall.high
        assert found[f"precision_at_threshold{{class=spam,threshold={threshold}}}"].value == pytest.approx(
            predictions.gold[said].mean()
        )
    half = found["selection_rate_at_threshold{class=spam,threshold=0.5}"]
    assert half.value == found["selection_rate{class=spam}"].value


def test_unknown_class_in_costs_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"'ok>span'; did you mean 'ok>spam'\?"):
        audited(binary(50, 0), {"ok>span": 1.0})
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        AuditConfig(costs={"ok>spam": -1.0})
