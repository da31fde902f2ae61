import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boletim.audit.statistics.delong import area_of_one, cautious_area, macro, one_vs_rest
from boletim.audit.statistics.proportions import auc_limits, wilson


def delong_1988(positive, negative):
    """Equations 4-7 of the paper, with the kernel written out: O(m n)."""
    psi = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    return psi.mean(), v10.var(ddof=1) / len(positive) + v01.var(ddof=1) / len(negative)


@given(st.integers(2, 40), st.integers(2, 40), st.integers(1, 20), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_value_and_variance(m, n, grid, seed):
    rng = np.random.default_rng(seed)
    score = np.round(rng.random(m + n) * grid) / grid
    gold = np.r_[np.ones(m, dtype=int), np.zeros(n, dtype=int)]
    found, influence = area_of_one(gold == 1, score)
    value, variance = delong_1988(score[:m], score[m:])
    assert found == pytest.approx(value)
    assert (influence**2).sum() == pytest.approx(variance)
    assert influence.sum() == pytest.approx(0, abs=1e-9)
    raised = (one_vs_rest(gold, np.column_stack([1 - score, score])).influence ** 2).sum(axis=0)
    assert (raised >= variance * (1 - 1e-9)).all()
    assert (raised <= 1.25 * variance + 1e-12).all()


def test_variance_of_the_macro_mean_counts_covariance():
    """Against resampling rows, in which all classes move together."""
    rng = np.random.default_rng(1)
    n = 400
    gold = rng.integers(0, 3, n)
    scores = rng.dirichlet(np.ones(3), n) + 0.5 * np.eye(3)[gold]
    value, influence, _ = macro(one_vs_rest(gold, scores))
    redrawn = []
    for _ in range(400):
        rows = rng.integers(0, n, n)
        redrawn.append(macro(one_vs_rest(gold[rows], scores[rows]))[0])
    assert np.sqrt((influence**2).sum()) == pytest.approx(np.std(redrawn), rel=0.15)
    assert value == pytest.approx(np.mean(redrawn), abs=0.01)


def test_coverage_near_one():
    rng, n_covered, true = np.random.default_rng(2), 0, 0.9772498680518208  # P(N(2, 1) > N(0, 1) * sqrt(0)) = Phi(2)
    for _ in range(800):
        score = np.r_[rng.normal(2, np.sqrt(0.5), 25), rng.normal(0, np.sqrt(0.5), 60)]
        gold = np.r_[np.ones(25, dtype=int), np.zeros(60, dtype=int)]
        area = one_vs_rest(gold, np.column_stack([-score, score]))
        variance = (area.influence[:, 1] ** 2).sum()
        low, high = auc_limits(area.values[1], variance, 25, 0.95)
        n_covered += low <= true <= high
    assert n_covered / 800 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 800) - 0.01


@pytest.mark.parametrize(("n", "n_positive"), [(300, 30), (1000, 100)])
def test_coverage_of_an_area_very_near_one(n, n_positive):
    rng, n_covered, runs = np.random.default_rng(4), 0, 1200
    true = 0.9933  # P(N(3.5, 1) > N(0, 1)) = Phi(3.5 / sqrt(2))
    gold = (np.arange(n) < n_positive).astype(int)
    for _ in range(runs):
        score = rng.normal(size=n) + 3.5 * gold
        value, influence = cautious_area(gold == 1, score)
        low, high = auc_limits(value, (influence**2).sum(), n_positive, 0.95)
        n_covered += low <= true <= high
    assert n_covered / runs >= 0.93


def test_perfect_separation_is_not_certain():
    low, high = auc_limits(1.0, 0.0, 12, 0.95)
    assert (low, high) == tuple(float(x) for x in wilson(np.array(12), np.array(12), 0.95))


def test_one_class_has_no_auc():
    area = one_vs_rest(np.zeros(5, dtype=int), np.full((5, 2), 0.5))
    assert np.isnan(area.values).all()
    assert np.isnan(macro(area)[0])
