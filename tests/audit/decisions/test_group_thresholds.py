"""One threshold per group: chosen by hand on a few scores, and a planted shift of one group's scores is undone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.audit.decisions.group_thresholds import threshold_of_recall
from boletim.audit.run import audit
from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig


def test_by_hand():
    score = np.array([0.1, 0.3, 0.5, 0.7])
    assert threshold_of_recall(score, 0.75, 0.5) == pytest.approx(0.2)  # three of four are found
    assert threshold_of_recall(score, 1.0, 0.5) == 0.0
    assert threshold_of_recall(score, 0.0, 0.5) > 0.7
    assert threshold_of_recall(score, 0.6, 0.5) == pytest.approx(0.4)  # one half is nearer than three quarters
    weights = np.array([1.0, 1.0, 1.0, 5.0])  # the last is 5 of 8
    assert threshold_of_recall(score, 5 / 8, 0.5, weights) == pytest.approx(0.6)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.floats(0, 1))
def test_no_other_threshold_comes_nearer(tenths: list[int], wanted: float) -> None:
    score = np.array(tenths) / 20
    chosen = threshold_of_recall(score, wanted, 0.5)
    found = abs((score >= chosen).mean() - wanted)
    for other in np.linspace(0, 1, 81):
        assert found <= abs((score >= other).mean() - wanted) + 1e-9


def shifted(seed: int, n: int = 4_000, k: int = 2) -> Predictions:
    """Scores of women are lower by 0.2 where the class is the second; of two `fine` ones nobody else is left."""
    rng = np.random.default_rng(seed)
    gold, is_woman = rng.integers(0, 2, n), rng.random(n) < 0.5
    high = np.clip(rng.normal(0.35 + 0.3 * gold - 0.2 * gold * is_woman, 0.12), 0, 1)
    groups = np.where(is_woman, "female", "male").astype(object)
    groups[:3] = "few"
    scores = np.column_stack([1 - high, high])
    return Predictions(
        np.arange(n).astype(object), gold, scores.argmax(axis=1), ("ok", "hired"), scores, groups={"gender": groups}
    )


def test_a_planted_shift_is_undone_on_new_examples() -> None:
    test, validation = shifted(1), shifted(2)
    found = {m.id: m for m in audit(test, AuditConfig(bootstrap=100), seed=1, validation=validation).measures}
    now = {g: found[f"recall{{class=hired,gender={g}}}"].value for g in ("female", "male")}
    then = {g: found[f"recall_at_group_threshold{{class=hired,gender={g}}}"] for g in ("female", "male")}
    assert now["male"] - now["female"] > 0.5
    wanted = (validation.predicted == 1)[validation.gold == 1].mean()
    for one in then.values():
        assert one.value == pytest.approx(wanted, abs=0.06)  # two samples of 1,000
    chosen = {g: found[f"group_threshold{{class=hired,gender={g}}}"] for g in ("female", "male")}
    assert chosen["male"].value - chosen["female"].value == pytest.approx(0.2, abs=0.02)
    for g, one in chosen.items():
        seen = validation.scores[(validation.groups["gender"] == g) & (validation.gold == 1), 1]
        assert abs((seen >= one.value).mean() - wanted) <= 0.5 / len(seen)
    rows = (test.groups["gender"] == "female") & (test.gold == 0)
    false = found["false_positive_rate_at_group_threshold{class=hired,gender=female}"]
    assert false.value == pytest.approx((test.scores[rows, 1] >= chosen["female"].value).mean())
    assert false.n == rows.sum()
    few = found["recall_at_group_threshold{class=hired,gender=few}"]
    assert few.undefined_because is not None
    assert few.undefined_because.kind == "below_min_group"


def test_labels_have_their_own_and_nothing_stands_without_validation() -> None:
    one = shifted(3, 600)
    both = LabelSets(
        one.ids, np.column_stack([one.gold == 0, one.gold == 1]), one.scores >= 0.5, ("ok", "hired"), one.scores,
        groups=one.groups,
    )  # fmt: skip
    config = AuditConfig(bootstrap=100)
    ids = {m.id for m in audit(both, config, seed=1, validation=both).measures}
    assert {f"group_threshold{{class={c},gender=male}}" for c in ("ok", "hired")} <= ids
    assert not [m for m in audit(one, config, seed=1).measures if "group_threshold" in m.metric]
