"""The interval of a mean of skewed scores: Hall's transformation by hand, t by scipy, coverage by simulation."""

import numpy as np
import pytest
from scipy import optimize, stats

from boletim.audit.statistics.clustered_mean import bounded_limits, mean_limits
from boletim.audit.statistics.proportions import wilson


def test_a_symmetric_sample_has_the_t_interval_of_scipy():
    values = np.concatenate([np.linspace(0, 1, 21), 1 - np.linspace(0, 1, 21)])
    low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    assert mean_limits(values, None, None, 0.95) == pytest.approx((low, high))


def test_a_skewed_sample_has_halls_limits_where_t_is_too_short():
    values = np.random.default_rng(5).exponential(size=40)
    n, mean, error = len(values), values.mean(), stats.sem(values)
    quantile = stats.t.ppf(0.975, n - 1)
    skewness = stats.skew(values)
    a = skewness / np.sqrt(n)

    def sent(t: float) -> float:  # Hall (1992): t + a t^2 / 3 + a^2 t^3 / 27 + a / 6
        return t + a * t**2 / 3 + a**2 * t**3 / 27 + a / 6

    highest = mean - error * optimize.brentq(lambda t: sent(t) + quantile, -50, 50)
    low, high = mean_limits(values, None, None, 0.95)
    assert high == pytest.approx(highest)
    assert high > mean + quantile * error  # the long tail is above
    assert low == pytest.approx(mean - quantile * error)


def test_clusters_are_the_units_and_weights_their_sizes():
    rng = np.random.default_rng(2)
    values = rng.uniform(size=20)
    whole = mean_limits(np.repeat(values, 5), None, np.repeat(np.arange(20), 5), 0.95)
    assert whole == pytest.approx(mean_limits(values, None, None, 0.95))
    assert whole == pytest.approx(mean_limits(values, np.full(20, 7.0), None, 0.95))


def test_a_stated_range_keeps_the_limits_inside_and_allows_for_what_was_not_seen():
    low, high = bounded_limits(np.full(30, 5.0), None, None, 0.95, 1.0, 5.0)
    assert high == 5
    assert 1 + 4 * 0.80 < low < 1 + 4 * 0.90  # Wilson's lower limit of 30 in 30 is 0.886
    assert np.isnan(bounded_limits(np.ones(1), None, None, 0.95, 0.0, 1.0)).all()
    assert np.isnan(mean_limits(np.ones(30), None, None, 0.95)).all()
    assert np.isnan(mean_limits(np.ones(1), None, None, 0.95)).all()


def test_numbers_that_are_0_and_1_have_nearly_wilsons_interval():
    hits = np.repeat([1.0, 0.0], [260, 140])
    low, high = wilson(np.array([261]), np.array([402]), 0.95)  # of the sample with one more of each
    assert bounded_limits(hits, None, None, 0.95, 0.0, 1.0) == pytest.approx((low[0], high[0]), abs=3e-4)


SKEWED = {
    "uniform": (lambda rng, n: rng.uniform(size=n), 0.5, True),
    "rouge": (lambda rng, n: rng.beta(2, 5, size=n), 2 / 7, True),
    "nearly all good": (lambda rng, n: rng.beta(8, 1, size=n), 8 / 9, True),
    "token F1": (lambda rng, n: np.clip(rng.uniform(-1, 3, size=n), 0, 1), 5 / 8, True),
    "rarely 0": (lambda rng, n: np.where(rng.uniform(size=n) < 0.95, rng.uniform(0.9, 1, n), 0), 0.95**2, True),
    "edits": (lambda rng, n: rng.exponential(size=n), 1.0, False),
}


@pytest.mark.parametrize("n", [30, 200])
@pytest.mark.parametrize("shape", SKEWED)
def test_coverage_is_94_to_96_5_or_conservative(shape, n):
    draw, true, is_bounded = SKEWED[shape]
    rng = np.random.default_rng(11)
    n_draws = 1200
    covered = 0
    for _ in range(n_draws):
        values = draw(rng, n)
        if is_bounded:
            low, high = bounded_limits(values, None, None, 0.95, 0.0, 1.0)
        else:
            low, high = mean_limits(values, None, None, 0.95)
        covered += low <= true <= high
    assert covered / n_draws >= 0.94


@pytest.mark.parametrize("n_clusters", [25, 60])
def test_coverage_holds_with_strong_clusters(n_clusters):
    rng, covered, n_draws = np.random.default_rng(12), 0, 800
    clusters = np.repeat(np.arange(n_clusters), 6)
    for _ in range(n_draws):
        level = rng.beta(4, 2, size=n_clusters)
        values = rng.beta(5 * level[clusters], 5 * (1 - level[clusters]))
        low, high = bounded_limits(values, None, clusters, 0.95, 0.0, 1.0)
        covered += low <= 4 / 6 <= high
    assert covered / n_draws >= 0.935
