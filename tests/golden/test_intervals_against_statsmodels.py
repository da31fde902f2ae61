import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as sm_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from boletim.audit.run import audit
from boletim.audit.statistics.homogeneity import mcnemar, same_proportion
from boletim.audit.statistics.multiplicity import benjamini_hochberg
from boletim.audit.statistics.proportions import difference, paired_difference, wilson
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig

trials = st.integers(1, 5000)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


@given(trials, st.floats(0, 1), levels)
@settings(max_examples=200, deadline=None)
def test_wilson(n, share, level):
    x = round(n * share)
    ours = [float(limit) for limit in wilson(np.array(x), np.array(n), level)]
    assert ours == pytest.approx(proportion_confint(x, n, alpha=1 - level, method="wilson"), abs=1e-9)


@given(trials, trials, st.floats(0, 1), st.floats(0, 1), levels)
@settings(max_examples=200, deadline=None)
def test_newcombe(n1, n2, share1, share2, level):
    x1, x2 = round(n1 * share1), round(n2 * share2)
    first, second = (wilson(np.array(x), np.array(n), level) for x, n in ((x1, n1), (x2, n2)))
    ours = [float(limit) for limit in difference(np.array(x1 / n1), first, np.array(x2 / n2), second)]
    theirs = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff", alpha=1 - level)
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_newcombe_published_example():
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 10, cases 56/70 - 48/80 and 10/10 - 0/20."""
    first, second = (
        wilson(np.array([56, 10]), np.array([70, 10]), 0.95),
        wilson(np.array([48, 0]), np.array([80, 20]), 0.95),
    )
    low, high = difference(np.array([0.8, 1.0]), first, np.array([0.6, 0.0]), second)
    assert low == pytest.approx([0.0524, 0.6791], abs=5e-5)
    assert high == pytest.approx([0.3339, 1.0], abs=5e-5)


@given(st.lists(st.floats(0, 1), max_size=40))
@settings(max_examples=200, deadline=None)
def test_benjamini_hochberg(p_values):
    ours = benjamini_hochberg(p_values)
    if p_values:
        np.testing.assert_allclose(ours, multipletests(p_values, method="fdr_bh")[1], atol=1e-12)
    else:
        assert len(ours) == 0


def test_benjamini_hochberg_1995_example():
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    q = benjamini_hochberg(p)
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    shuffled = np.random.default_rng(0).permutation(15)
    np.testing.assert_array_equal(benjamini_hochberg(np.array(p)[shuffled]), q[shuffled])


@pytest.mark.parametrize("wrong", [float("nan"), -0.1, 1.1])
def test_benjamini_hochberg_refuses_what_is_no_p(wrong):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        benjamini_hochberg([0.1, wrong])


@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_mcnemar(b, c):
    theirs = sm_mcnemar([[5, b], [c, 5]], exact=True).pvalue if b + c else 1.0
    assert mcnemar(b, c) == pytest.approx(theirs, abs=1e-12)


def test_same_proportion_against_scipy():
    rng = np.random.default_rng(3)
    x, n = np.array([40, 55, 61]), np.array([100, 100, 120])
    assert same_proportion(x, n, rng) == pytest.approx(stats.chi2_contingency([x, n - x], correction=False).pvalue)
    x, n = np.array([3, 9]), np.array([10, 11])
    assert same_proportion(x, n, rng) == pytest.approx(stats.fisher_exact([x, n - x]).pvalue)
    assert same_proportion(np.array([5, 5]), np.array([5, 5]), rng) == 1.0
    assert same_proportion(np.array([5]), np.array([9]), rng) == 1.0


def test_monte_carlo_p_is_the_exact_one():
    """Three groups with few misses: the exact p by enumerating all tables with the same margins."""
    n, total = np.array([6, 8, 10]), 4
    tables = [(a, b, total - a - b) for a in range(5) for b in range(5 - a)]
    share = total / n.sum()

    def statistic(x):
        return (((np.array(x) - share * n) ** 2) / (n * share * (1 - share))).sum()

    chances = [stats.multivariate_hypergeom.pmf(x=np.array(x), m=n, n=total) for x in tables]
    observed = (3, 1, 0)
    exact = sum(c for x, c in zip(tables, chances, strict=True) if statistic(x) >= statistic(observed) - 1e-9)
    ours = same_proportion(np.array(observed), n, np.random.default_rng(0))
    assert ours == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 1999))


def test_paired_difference_by_hand():
    """50 both right, 50 both wrong: phi = (50 * 50 - 100 / 2) / 50^2 = 0.98, and Wilson's limits are equally far."""
    reach = proportion_confint(50, 100, method="wilson")[1] - 0.5
    assert paired_difference(50, 0, 0, 50, 0.95) == pytest.approx((-reach * np.sqrt(0.04), reach * np.sqrt(0.04)))
    # one model is right exactly where the other is wrong: phi = -1, and the distances add up
    assert paired_difference(0, 50, 50, 0, 0.95) == pytest.approx((-2 * reach, 2 * reach))


@pytest.mark.parametrize("n", [4, 40])
def test_the_interval_of_a_mean_loss_is_that_of_students_t_and_one_further_error(n):
    rng = np.random.default_rng(n)
    gold, scores = rng.integers(0, 2, n), rng.dirichlet([2, 2], n)
    predictions = Predictions(np.arange(n).astype(object), gold, scores.argmax(axis=1), ("a", "b"), scores)
    found = {m.id: m for m in audit(predictions, AuditConfig(bootstrap=100), seed=1).measures}["log_loss"]
    losses = -np.log(scores[np.arange(n), gold])
    limits = stats.t.interval(0.95, n - 1, losses.mean(), stats.sem(losses))
    assert found.low == pytest.approx(max(limits[0], 0))
    assert limits[1] <= found.high <= limits[1] + 6 / n


def test_a_monte_carlo_p_is_never_zero():
    """All ten successes in one of three groups: 3 in 30 million tables, so none of the 19,999 drawn reaches it."""
    p = same_proportion(np.array([10, 0, 0]), np.array([10, 10, 10]), np.random.default_rng(0))
    assert p == pytest.approx(1 / 20_000)
