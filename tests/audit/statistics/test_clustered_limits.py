import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from boletim.audit.statistics.clustered_limits import (
    area_limits,
    effective_pairs,
    paired_limits,
    share_limits,
    split_error,
    split_limits,
)
from boletim.audit.statistics.clustered_mean import mean_error
from boletim.audit.statistics.proportions import paired_difference, wilson

COPIES = np.repeat(np.arange(50), 6)


def wilson_of(hits, n):
    return tuple(float(end) for end in wilson(np.array(hits), np.array(n), 0.95))


def test_a_share_of_copies_is_as_sure_as_that_of_their_number():
    hits = (np.arange(50) < 40)[COPIES]
    low, high = share_limits(hits, np.ones(300, dtype=bool), COPIES, 0.95)
    assert (low, high) == pytest.approx(wilson_of(40, 50), abs=0.02)
    assert share_limits(hits, np.ones(300, dtype=bool), None, 0.95) == pytest.approx(wilson_of(240, 300))


def test_only_trials_count():
    hits, trials = np.ones(300, dtype=bool), COPIES < 10
    low, high = share_limits(hits, trials, COPIES, 0.95)
    assert high == 1.0
    assert low <= wilson_of(10, 10)[0]


def test_a_pair_of_copies_is_as_sure_as_that_of_their_number():
    first, second = np.arange(50) % 10 < 8, np.arange(50) % 7 < 5
    counts = [(first & second).sum(), (first & ~second).sum(), (~first & second).sum(), (~first & ~second).sum()]
    alone = paired_difference(*counts, 0.95)
    assert paired_limits(first, second, None, 0.95) == pytest.approx(alone)
    assert paired_limits(first[COPIES], second[COPIES], COPIES, 0.95) == pytest.approx(alone, abs=0.04)
    apart = first.astype(float) - second
    assert effective_pairs(apart[COPIES], COPIES, 0.95) == pytest.approx(50 * (1.96 / 2.01) ** 2, rel=0.03)


def test_pairs_that_never_differ_are_worth_their_clusters():
    assert effective_pairs(np.zeros(300), COPIES, 0.95) == pytest.approx(50 * (1.95996 / 2.00958) ** 2, rel=1e-3)


@pytest.mark.parametrize("joins", [True, False])
def test_the_error_of_a_difference_is_that_of_a_regression_with_clusters(joins):
    """Cluster-robust errors (CR0) of statsmodels, of clusters on one side and on both, times sqrt(m / (m - 1))."""
    rng = np.random.default_rng(3)
    clusters = rng.integers(0, 40, 500)
    inside = rng.random(500) < 0.3 if joins else clusters < 9
    hits = rng.random(500) < rng.beta(2, 3, 40)[clusters]
    regression = sm.OLS(hits.astype(float), sm.add_constant(inside.astype(float)))
    fit = regression.fit(cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False})
    m = 40 if joins else 9
    error, degrees = split_error(hits, inside, clusters)
    assert degrees == m - 1
    assert error == pytest.approx(fit.bse[1] * np.sqrt(m / (m - 1)))
    low, high = split_limits(hits, inside, clusters, 0.95)
    half = stats.t.ppf(0.975, m - 1) * error
    newcombe = split_limits(hits, inside, None, 0.95)
    assert (low, high) == pytest.approx(
        (min(fit.params[1] - half, newcombe[0]), max(fit.params[1] + half, newcombe[1]))
    )


def test_a_difference_of_independent_examples_is_newcombes():
    hits, inside = np.arange(200) % 10 < 7, np.arange(200) % 3 == 0
    counts = hits[inside].sum(), inside.sum(), hits[~inside].sum(), (~inside).sum()
    expected = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert split_limits(hits, inside, None, 0.95) == pytest.approx(expected)


def test_one_cluster_against_all_others_tells_nothing():
    hits, inside = np.arange(300) % 5 > 0, COPIES == 7
    assert split_limits(hits, inside, COPIES, 0.95) == (-1.0, 1.0)


def test_a_mean_of_copies_has_the_error_of_their_number():
    """By hand: 0, 1, 2, 3 have the mean 1.5 and the standard error sqrt(5/3 / 4) = 0.6455."""
    values = np.array([0.0, 1, 2, 3])
    assert mean_error(values, None, None) == pytest.approx((1.5, 0.6455, 3), abs=1e-4)
    assert mean_error(np.repeat(values, 5), None, np.repeat(np.arange(4), 5)) == pytest.approx(
        (1.5, 0.6455, 3), abs=1e-4
    )
    assert np.isnan(mean_error(values[:1], None, None)[1])


def test_one_cluster_tells_as_little_as_one_example():
    mean, error, degrees = mean_error(np.arange(9.0), None, np.zeros(9, dtype=int))
    assert (mean, degrees) == (4.0, 1.0)
    assert error == pytest.approx(np.arange(9.0).std(ddof=1))


def test_an_area_never_narrows_by_clusters():
    influence = np.random.default_rng(0).normal(0, 0.01, 300)
    alone = area_limits(0.8, influence, 100, None, 0.95)
    together = area_limits(0.8, influence[COPIES], 100, COPIES, 0.95)
    assert together[0] < alone[0]
    assert together[1] > alone[1]
