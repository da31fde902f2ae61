"""A confusion matrix worked by hand.

               predicted
               cat  dog  eel
    true cat     4    1    0
         dog     2    3    1
         eel     0    0    1

recall: 4/5, 3/6, 1/1; precision: 4/6, 3/4, 1/2; F1: 8/11, 6/10, 2/3; accuracy 8/12.
"""

from fractions import Fraction as F

import numpy as np
import pytest

from boletim.audit.groups.gap_rms import recall_gap_rms
from boletim.audit.groups.gaps import GroupFigures, largest_difference, smallest_ratio
from boletim.audit.run import audit
from boletim.audit.statistics.calibration import calibration_bins, expected_calibration_error
from boletim.audit.statistics.delong import macro, one_vs_rest
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason

PAIRS = [(0, 0)] * 4 + [(0, 1)] + [(1, 0)] * 2 + [(1, 1)] * 3 + [(1, 2)] + [(2, 2)]
HAND = {
    "accuracy": F(8, 12),
    "f1_micro": F(8, 12),
    "balanced_accuracy": (F(4, 5) + F(1, 2) + 1) / 3,
    "f1_macro": (F(8, 11) + F(6, 10) + F(2, 3)) / 3,
    "f1_weighted": (5 * F(8, 11) + 6 * F(6, 10) + F(2, 3)) / 12,
    "recall{class=cat}": F(4, 5),
    "recall{class=dog}": F(1, 2),
    "recall{class=eel}": F(1),
    "precision{class=cat}": F(4, 6),
    "precision{class=dog}": F(3, 4),
    "precision{class=eel}": F(1, 2),
    "f1{class=cat}": F(8, 11),
    "support{class=dog}": F(6),
    "selection_rate{class=cat}": F(6, 12),
    "false_positive_rate{class=cat}": F(2, 7),
    "baseline_accuracy": F(6, 12),
    "baseline_f1_macro": F(2, 3) / 3,
    "accuracy_over_baseline": F(2, 12),
}


def audited(pairs, labels, **kwargs):
    gold, predicted = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    ids = np.arange(len(gold)).astype(str).astype(object)
    return audit(Predictions(ids, gold, predicted, labels), AuditConfig(bootstrap=200), seed=1, **kwargs)


def test_confusion_by_hand():
    result = audited(PAIRS, ("cat", "dog", "eel"))
    by_id = {measure.id: measure for measure in result.measures}
    for name, value in HAND.items():
        assert by_id[name].value == pytest.approx(float(value), abs=1e-12), name
    assert result.facts.own.confusion == ((4, 1, 0), (2, 3, 1), (0, 0, 1))
    # covariance form of MCC: (12 * 8 - (5*6 + 6*4 + 1*2)) / sqrt((144 - 62)(144 - 56))
    assert by_id["mcc"].value == pytest.approx((96 - 56) / np.sqrt(82 * 88))
    assert by_id["log_loss"].value is None
    assert by_id["log_loss"].undefined_because == Reason.of("no_scores")


def test_calibration_by_hand():
    """Two confidences, 0.6 (one of two right) and 0.9 (two of two right): ECE = (2 |.5-.6| + 2 |1-.9|) / 4 = 0.1."""
    scores = np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.1, 0.9]])
    bins = calibration_bins(np.array([0, 1, 0, 1]), scores)
    assert bins.n.tolist() == [2, 2]
    assert expected_calibration_error(bins) == pytest.approx(0.1)


def test_equal_mass_bins_keep_ties_together():
    confidence = np.r_[np.full(50, 0.7), np.linspace(0.71, 0.99, 100)]
    bins = calibration_bins(np.zeros(150, dtype=int), np.column_stack([confidence, 1 - confidence]))
    assert bins.n[0] == 50
    assert set(bins.n[1:].tolist()) == {10}


def test_auc_by_hand():
    """Positives .4 .8, negatives .1 .4: pairs won 1 + 1 + 1 and one tie of four, so AUC = 3.5/4."""
    gold = np.array([1, 1, 0, 0])
    second = np.array([0.4, 0.8, 0.1, 0.4])
    area = one_vs_rest(gold, np.column_stack([1 - second, second]))
    assert area.values == pytest.approx([0.875, 0.875])
    # placements .75, 1 and 1, .75: S10 = S01 = 1/32, variance = (1/32)/2 + (1/32)/2
    assert (area.influence[:, 1] ** 2).sum() == pytest.approx(1 / 32)
    assert macro(area)[0] == pytest.approx(0.875)


def test_gap_by_hand():
    figures = GroupFigures(
        ("a", "b", "c"), np.array([0.5, 0.9, 0.6]), np.zeros(3), np.ones(3), np.array([40.0, 50, 60]), 0.95, True
    )
    gap = largest_difference([figures], 0.95)
    assert (gap.value, gap.n) == (pytest.approx(0.4), 150)
    ratio = smallest_ratio([figures], 0.95)
    assert ratio.value == pytest.approx(5 / 9)
    rms = recall_gap_rms([figures, figures.only(("a", "c"))], 200, 0.95, np.random.default_rng(0))
    assert rms.value == pytest.approx(np.sqrt((0.4**2 + 0.1**2) / 2))
