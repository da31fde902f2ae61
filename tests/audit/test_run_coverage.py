"""Simulations: intervals cover at their level, minus Monte-Carlo error, and nothing is found where nothing is."""

import numpy as np
import pytest

from boletim.audit.groups.gap_rms import recall_gap_rms
from boletim.audit.groups.gaps import GroupFigures, largest_difference, smallest_ratio
from boletim.audit.metrics.metric import find_metric
from boletim.audit.run import audit
from boletim.audit.statistics.bootstrap import draw_counts, metric_limits
from boletim.audit.statistics.calibration import calibration_bins, calibration_limits, expected_calibration_error
from boletim.audit.statistics.counts import counts_of
from boletim.audit.statistics.detectable import minimum_detectable_gap
from boletim.audit.statistics.homogeneity import same_proportion
from boletim.audit.statistics.proportions import paired_difference, wilson
from boletim.contracts.configuration import AuditConfig


def enough(n_covered, n_runs, level):
    """At least the level, less three Monte-Carlo standard errors and what discreteness takes (1.5 points)."""
    return n_covered / n_runs >= level - 3 * np.sqrt(level * (1 - level) / n_runs) - 0.015


def figures(rng, shares, sizes):
    x = rng.binomial(sizes, shares)
    low, high = wilson(x, sizes, 0.95)
    names = tuple(f"g{i}" for i in range(len(x)))
    return GroupFigures(names, x / sizes, low, high, np.asarray(sizes, float), 0.95, True)


@pytest.mark.parametrize(("share", "n"), [(0.5, 30), (0.9, 40), (0.97, 100)])
def test_wilson(share, n):
    x = np.random.default_rng(0).binomial(n, share, 4000)
    low, high = wilson(x, np.full(4000, n), 0.95)
    assert enough(((low <= share) & (share <= high)).sum(), 4000, 0.95)


@pytest.mark.parametrize(
    ("shares", "sizes"),
    [
        ([0.8, 0.8], [50, 50]),
        ([0.97, 0.97], [30, 30]),
        ([0.5, 0.9], [40, 60]),
        ([0.9, 0.9, 0.9], [40, 100, 60]),
        ([0.7, 0.75, 0.8, 0.85], [100] * 4),
    ],
)
def test_largest_difference_and_smallest_ratio(shares, sizes):
    rng = np.random.default_rng(1)
    gap, ratio = np.ptp(shares), min(shares) / max(shares)
    n_gap = n_ratio = 0
    for _ in range(1000):
        drawn = figures(rng, shares, sizes)
        found = largest_difference([drawn], 0.95)
        n_gap += found.low <= gap + 1e-12 and gap <= found.high
        assert found.low <= found.value <= found.high
        found = smallest_ratio([drawn], 0.95)
        n_ratio += found.low <= ratio + 1e-12 and ratio <= found.high + 1e-12
    assert enough(n_gap, 1000, 0.95)
    assert enough(n_ratio, 1000, 0.95)


@pytest.mark.parametrize("shares", [[0.9, 0.9], [0.9, 0.85], [0.95, 0.65]])
def test_recall_gap_rms(shares):
    rng = np.random.default_rng(2)
    true, n_covered, nulls = np.ptp(shares), 0, []
    for _ in range(200):
        sets = [figures(rng, shares, [50, 60]) for _ in range(5)]
        found = recall_gap_rms(sets, 300, 0.95, rng)
        n_covered += found.low <= true + 1e-12 and true <= found.high
        nulls.append(found.null_mean)
    assert enough(n_covered, 200, 0.95)
    if true == 0:  # E[d^2] = p q (1/50 + 1/60)
        assert np.mean(nulls) == pytest.approx(np.sqrt(0.09 * (1 / 50 + 1 / 60)), rel=0.08)


@pytest.mark.parametrize(
    ("accuracy", "gold"), [(0.8, [50, 50]), (0.99, [30, 30]), (0.9, [100, 40, 30, 20, 10]), (0.9, [15] * 20)]
)
@pytest.mark.parametrize("name", ["f1_macro", "balanced_accuracy", "mcc"])
def test_bootstrap_of_cells(name, accuracy, gold):
    metric, k = find_metric(name), len(gold)
    chances = np.full((k, k), (1 - accuracy) / (k - 1))
    np.fill_diagonal(chances, accuracy)
    gold = np.array(gold)
    true = float(metric.of_counts(counts_of(gold[:, None] * chances)))
    rng, n_covered, n_runs = np.random.default_rng(3), 0, 300
    for _ in range(n_runs):
        cells = np.array([rng.multinomial(gold[i], chances[i]) for i in range(k)])
        value = float(metric.of_counts(counts_of(cells)))
        drawn = draw_counts(cells, 300, rng)
        low, high = metric_limits(metric.of_counts, drawn, value, 0.95, metric.lowest, metric.highest)
        n_covered += low <= true <= high
    assert enough(n_covered, n_runs, 0.95)


def test_a_sample_without_errors_is_not_certain():
    cells = np.diag([30, 30])
    metric = find_metric("f1_macro")
    drawn = draw_counts(cells, 2000, np.random.default_rng(0))
    low, high = metric_limits(metric.of_counts, drawn, 1.0, 0.95, 0.0, 1.0)
    assert high == 1.0
    assert 0.88 < low < 0.98


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.3])
@pytest.mark.parametrize("n", [60, 1000])
def test_calibration_error(n, shift):
    rng = np.random.default_rng(4)

    def draw(size):
        confidence = rng.beta(4, 2, size) * 0.5 + 0.5
        chance = np.clip(confidence - 2 * shift * (confidence - 0.5), 0, 1)
        gold = np.where(rng.random(size) < chance, 0, 1)
        return gold, np.column_stack([confidence, 1 - confidence]), np.abs(chance - confidence).mean()

    true, n_covered = draw(200_000)[2], 0
    for _ in range(150):
        gold, scores, _ = draw(n)
        low, high = calibration_limits(expected_calibration_error, calibration_bins(gold, scores), 300, 0.95, rng)
        n_covered += low <= true <= high
    assert enough(n_covered, 150, 0.95)


def test_paired_difference():
    rng, n_covered = np.random.default_rng(5), 0
    chances = np.array([0.7, 0.15, 0.05, 0.1])
    for both, first, second, neither in rng.multinomial(60, chances, 2000):
        low, high = paired_difference(both, first, second, neither, 0.95)
        n_covered += low <= 0.1 <= high
    assert enough(n_covered, 2000, 0.95)


@pytest.mark.parametrize(
    ("sizes", "margin", "n_tests"), [([80, 120], 0.0, 1), ([150, 400], 0.05, 12), ([90, 200, 300], 0.05, 5)]
)
def test_the_detectable_gap_is_shown_four_times_in_five(sizes, margin, n_tests):
    """Planted in fresh data and judged by the audit's own interval and test, not by those of the search for it."""
    n, rng = np.array(sizes), np.random.default_rng(6)
    hits = np.round(0.85 * n)
    gap = minimum_detectable_gap(hits, n.astype(float), 0.95, margin, n_tests, rng)
    rate = (hits.sum() + 1) / (n.sum() + 2)
    n_shown = 0
    for _ in range(500):
        drawn = figures(rng, np.r_[rate - gap, np.full(len(n) - 1, rate)], n)
        p = same_proportion(np.rint(drawn.values * drawn.n), drawn.n, rng)
        n_shown += largest_difference([drawn], 0.95).low > margin and p * n_tests <= 0.05
    assert n_shown / 500 == pytest.approx(0.8, abs=0.06)


def test_the_detectable_gap_grows_with_margin_and_number_of_tests():
    n = np.array([200.0, 300.0])

    def least(margin, n_tests):
        return minimum_detectable_gap(0.8 * n, n, 0.95, margin, n_tests, np.random.default_rng(0))

    assert least(0.0, 1) < least(0.0, 20) < 0.3
    assert least(0.0, 1) + 0.03 < least(0.05, 1) < least(0.05, 200)
    assert minimum_detectable_gap(np.ones(2), 2 * np.ones(2), 0.95, 0.05, 1, np.random.default_rng(0)) == 1.0


def test_p_values_are_not_too_small_when_nothing_differs():
    rng = np.random.default_rng(7)
    for sizes in ([40, 50], [40, 50, 60]):
        p = [same_proportion(rng.binomial(sizes, 0.93), np.array(sizes), rng) for _ in range(400)]
        assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize("margin", [0.0, 0.05])
def test_no_false_alarm_in_200_data_sets_without_gaps(make_predictions, margin):
    """Even with no margin to hide behind, a family of five tests shows something in at most 5 % of the data sets."""
    config = AuditConfig(bootstrap=200, margin=margin, intersections=1)
    n_alarms = 0
    for seed in range(200):
        result = audit(make_predictions([[0.85] * 3] * 3, 40, seed), config, seed=seed)
        n_alarms += any(f.kind == "disparity" and f.verdict == "shown" for f in result.findings)
    assert n_alarms <= 10 + 2 * np.sqrt(200 * 0.05 * 0.95)
