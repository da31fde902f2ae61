"""What a gap leaves out is said, and a gate on the gap does not pass over it."""

from datetime import date

import numpy as np
import pytest

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.reports.card.gates import judge_gates

SETTINGS = AuditConfig(bootstrap=200)


def predictions(rows, labels, column="gender"):
    """Rows of (group, true class, predicted class, how many)."""
    group, gold, predicted = [], [], []
    for name, true, said, n in rows:
        group += [name] * n
        gold += [true] * n
        predicted += [said] * n
    return Predictions(
        ids=np.arange(len(gold)).astype(str).astype(object),
        gold=np.array(gold),
        predicted=np.array(predicted),
        labels=labels,
        groups={column: np.array(group, dtype=object)},
    )


def halves(name, n_right, n_wrong):
    return [(name, c, c if is_right else 1 - c, n // 2) for c in (0, 1) for is_right, n in ((1, n_right), (0, n_wrong))]


def gate(found, measure="accuracy_gap{attribute=gender}", bar=0.05):
    result = audit(found, SETTINGS, seed=1)
    outcome = judge_gates([GateConfig(measure=measure, at_most=bar)], result.measures, date(2026, 1, 1))[0]
    return outcome, {m.id: m for m in result.measures}, result.findings


def test_a_small_group_that_is_always_wrong_keeps_the_gate_open():
    found = predictions(halves("A", 1900, 100) + halves("B", 1900, 100) + halves("C", 0, 28), ("x", "y"))

    outcome, measures, findings = gate(found)

    assert outcome.status == "insufficient evidence"
    assert outcome.left_out.groups == {"C": 28}
    # by hand: 0 of 28 against 1900 of 2000, Newcombe at 1 - 0.05 / 3, z = 2.3940: gap 0.95, Wilson limits of C
    # 0 and z^2 / (28 + z^2) = 0.1699, of A 0.9371 and 0.9604; the largest difference is 0.95 + (0.9604 - 0.95)
    assert outcome.left_out.limit == pytest.approx(0.9604, abs=1e-3)
    assert measures["accuracy_gap{attribute=gender}"].high < 0.05
    claims = [f for f in findings if f.key == "accuracy_gap_partial"]
    assert claims
    assert claims[0].verdict == "insufficient evidence"
    assert claims[0].left_out.groups == {"C": 28}


def test_twenty_classes_too_small_to_judge_are_named_and_keep_the_gate_open():
    labels = tuple(f"c{i:02}" for i in range(21))
    rows = [(g, 0, 0, 400) for g in "AB"] + [(g, c, c if g == "A" else 0, 25) for g in "AB" for c in range(1, 21)]

    outcome, _, findings = gate(predictions(rows, labels), "recall_gap{attribute=gender}")

    assert outcome.status == "insufficient evidence"
    assert (outcome.left_out.n_classes, outcome.left_out.classes[0]) == (20, "c01")
    assert not any(f.key == "recall_gap_absent" and f.values["class"] is None for f in findings)


def test_rows_without_a_group_are_counted_and_keep_the_gate_open():
    rows = halves("A", 180, 20) + halves("B", 180, 20) + halves(None, 0, 2000)

    outcome, _, _ = gate(predictions(rows, ("x", "y")), bar=0.2)

    assert outcome.status == "insufficient evidence"
    assert outcome.left_out.n_without_group == 2000


def test_rows_without_a_group_may_belong_to_one_group_when_right_and_to_another_when_wrong():
    rows = halves("A", 1000, 1000) + halves("B", 1000, 1000) + halves(None, 1000, 1000)

    outcome, _, _ = gate(predictions(rows, ("x", "y")), bar=0.2)

    # by hand: A with the 1000 right ones has 2000 of 3000, B with the 1000 wrong ones 1000 of 3000
    assert outcome.status == "insufficient evidence"
    assert outcome.left_out.limit >= 2 / 3 - 1 / 3


def test_what_is_left_out_may_be_too_little_to_matter():
    rows = halves("A", 3800, 200) + halves("B", 3800, 200) + halves("C", 28, 0)

    outcome, _, _ = gate(predictions(rows, ("x", "y")), bar=0.3)

    assert outcome.status == "pass"
    assert outcome.left_out.groups == {"C": 28}


def test_a_gap_that_is_shown_among_those_judged_fails():
    rows = halves("A", 1900, 100) + halves("B", 1400, 600) + halves("C", 28, 0)

    assert gate(predictions(rows, ("x", "y")))[0].status == "fail"


def test_nothing_left_out_is_nothing_said():
    outcome, _measures, findings = gate(predictions(halves("A", 1900, 100) + halves("B", 1900, 100), ("x", "y")))

    assert outcome.status == "pass"
    assert outcome.left_out is None
    assert all(f.left_out is None for f in findings)


def test_a_crossing_that_lacks_a_class_in_one_group_has_no_limit():
    found = predictions(halves("A", 190, 10) + halves("B", 190, 10), ("x", "y"))
    region = np.where(np.arange(found.n) % 2 == 0, "north", "south").astype(object)
    is_gone = (found.gold == 1) & (region == "north") & (found.groups["gender"] == "A")
    keep = ~is_gone
    crossed = Predictions(
        ids=found.ids[keep], gold=found.gold[keep], predicted=found.predicted[keep], labels=found.labels,
        groups={"gender": found.groups["gender"][keep], "region": region[keep]},
    )  # fmt: skip

    outcome, _, _ = gate(crossed, "recall_gap{attribute=gender+region}", 0.99)

    assert outcome.status == "insufficient evidence"
    assert outcome.left_out.limit is None
    assert outcome.left_out.classes == ("y",)


def test_ratios_to_the_highest_and_differential_fairness_name_what_they_leave_out():
    found = predictions(halves("A", 190, 10) + halves("B", 190, 10) + halves("C", 20, 0), ("x", "y"))
    _, measures, _ = gate(found)

    ratio = measures["impact_ratio{class=x,gender=A}"]
    assert ratio.left_out.groups == {"C": 20}
    assert ratio.left_out.limit is None
    assert measures["differential_fairness{attribute=gender}"].left_out.groups == {"C": 20}
