import numpy as np
import pytest
from scipy import stats

from boletim.audit.metrics.metric import find_metric
from boletim.audit.statistics.losses import LossParts, cost_of_one, loss_limits, loss_parts

BRIER, LOG_LOSS = (find_metric(name).of_scores for name in ("brier", "log_loss"))


def sure(n, n_wrong, confidence=0.98):
    scores = np.tile([confidence, 1 - confidence], (n, 1))
    return np.r_[np.ones(n_wrong, dtype=int), np.zeros(n - n_wrong, dtype=int)], scores


def test_without_an_error_the_upper_limit_is_that_of_no_event_seen():
    """The exact Poisson limit of 0 events is -ln 0.025 = 3.689; each costs what being wrong adds."""
    parts = loss_parts(BRIER, *sure(50, 0))
    low, high = loss_limits(parts, 0.95, 0.0, 2.0)
    added = 0.98**2 - 0.02**2
    assert parts.one_error == pytest.approx(added)
    assert low == pytest.approx(0.02**2)
    assert high == pytest.approx(0.02**2 + 3.6889 * added / 50, rel=1e-4)


@pytest.mark.parametrize("n_wrong", [3, 10])
def test_with_few_errors_it_is_the_exact_limit_of_their_number(n_wrong):
    """Fay and Feuer's limit with equal weights is Poisson's: chi2(2 (k + 1)) / 2."""
    n = 20_000
    high = loss_limits(loss_parts(BRIER, *sure(n, n_wrong)), 0.95, 0.0, 2.0)[1]
    exact = stats.chi2.ppf(0.975, 2 * (n_wrong + 1)) / 2
    assert high == pytest.approx(0.02**2 + exact * (0.98**2 - 0.02**2) / n, rel=2e-3)


def test_with_many_errors_it_is_that_of_t():
    rng = np.random.default_rng(0)
    scores = rng.dirichlet([2, 2], 50_000)
    gold = (rng.random(50_000) > scores[:, 0]).astype(int)
    losses = LOG_LOSS(gold, scores)
    limits = stats.t.interval(0.95, len(losses) - 1, losses.mean(), stats.sem(losses))
    assert loss_limits(loss_parts(LOG_LOSS, gold, scores), 0.95, 0.0, np.inf) == pytest.approx(limits, rel=1e-3)


def test_errors_seen_that_cost_more_than_a_mean_one_set_its_price():
    assert cost_of_one(0.06, 0.02, 1.0) == pytest.approx(3.0)
    assert cost_of_one(0.01, 0.02, 1.0) == 1.0
    assert cost_of_one(0.0, 0.0, 1.5) == 1.5


def test_a_further_error_costs_at_most_what_clipping_leaves():
    parts = loss_parts(LOG_LOSS, *sure(30, 0, 1.0))
    assert parts.one_error == pytest.approx(-np.log(np.finfo(float).eps))
    assert loss_limits(parts, 0.95, 0.0, np.inf)[1] == pytest.approx(3.6889 * 36.04 / 30, rel=1e-3)


def test_copies_and_unequal_weights_are_worth_their_effective_number():
    gold, scores = sure(40, 0)
    alone = loss_limits(loss_parts(BRIER, gold, scores), 0.95, 0.0, 2.0)
    copies = np.repeat(np.arange(40), 5)
    of_copies = loss_parts(BRIER, gold[copies], scores[copies], clusters=copies)
    assert of_copies.n_effective == pytest.approx(40)
    assert loss_limits(of_copies, 0.95, 0.0, 2.0)[1] == pytest.approx(alone[1], rel=0.05)
    weights = np.r_[np.full(90, 1.0), np.full(10, 50.0)]  # (90 + 500)^2 / (90 + 25,000) = 13.9
    assert loss_parts(BRIER, *sure(100, 0), weights=weights).n_effective == pytest.approx(13.87, abs=0.01)


def test_one_example_has_no_interval():
    assert loss_limits(loss_parts(BRIER, *sure(1, 0)), 0.95, 0.0, 2.0) is None
    assert loss_limits(LossParts(0.1, 0.1, 1, float("nan"), 0, 1), 0.95, 0.0, 2.0) is None
