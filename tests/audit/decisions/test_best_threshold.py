import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from boletim.audit.decisions.best_threshold import best_threshold, best_thresholds
from boletim.audit.run import audit
from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import InputError


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=60))
def test_no_other_threshold_has_a_larger_f1(rows):
    is_label, score = np.array([row[0] for row in rows]), np.array([row[1] / 20 for row in rows])
    chosen = best_threshold(is_label, score)
    if not is_label.any():
        assert chosen == 0.5
        return
    best = max(sk.f1_score(is_label, score >= t, zero_division=0) for t in np.linspace(0, 1, 41))
    assert sk.f1_score(is_label, score >= chosen) == pytest.approx(best)


def test_between_equal_thresholds_the_one_nearest_to_a_half_is_taken():
    assert best_threshold(np.array([False, True]), np.array([0.1, 0.7])) == pytest.approx(0.4)
    assert best_threshold(np.array([True, True]), np.array([0.6, 0.9])) == 0.0


def test_thresholds_are_on_the_audit_and_must_be_those_of_the_predictions():
    rng = np.random.default_rng(0)
    gold, scores = rng.random((300, 2)) < 0.2, rng.random((300, 2)) * 0.4
    scores[gold] += 0.2
    names = np.arange(300).astype(str).astype(object)
    chosen = best_thresholds(LabelSets(names, gold, scores >= 0.5, ("a", "b"), scores))
    assert max(chosen) < 0.5, "every score is below 0.6, so one half misses most"
    config = AuditConfig(bootstrap=100, thresholds="validation")
    found = LabelSets(names, gold, scores >= np.array(chosen), ("a", "b"), scores)
    result = audit(found, config, seed=1, thresholds=chosen)
    by_id = {m.id: m.value for m in result.measures}
    assert (by_id["decision_threshold{class=a}"], by_id["decision_threshold{class=b}"]) == chosen
    assert by_id["f1_macro"] > sk.f1_score(gold, scores >= 0.5, average="macro") + 0.2
    with pytest.raises(InputError, match="predicted where its score reaches"):
        audit(LabelSets(names, gold, scores >= 0.5, ("a", "b"), scores), config, seed=1, thresholds=chosen)
