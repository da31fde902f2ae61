"""Every registered metric, through the same checks."""

import numpy as np
import pytest

from boletim.audit.kind import kind_named
from boletim.audit.metrics.metric import all_metrics, find_metric
from boletim.audit.run import check_metrics
from boletim.audit.statistics.counts import confusion, counts_of
from boletim.contracts.errors import InputError
from boletim.contracts.registry import plugin_names

NAMES = plugin_names("metric")
K = 3


def evaluate(metric, gold, predicted, scores):
    """The metric's figures, (1,) or (K,)."""
    if metric.needs_scores:
        value = metric.of_scores(gold, scores)
        return np.atleast_1d(value.mean() if metric.interval in ("mean", "share") else value)
    return np.atleast_1d(metric.of_counts(counts_of(confusion(gold, predicted, K))))


def sample(seed=0, n=90):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, K, n)
    scores = rng.dirichlet(np.ones(K), n)
    return gold, scores.argmax(axis=1), scores


@pytest.mark.parametrize("name", NAMES)
def test_facts(name):
    metric = find_metric(name)
    assert metric.name == name
    assert (metric.of_counts is None) != (metric.of_scores is None)
    assert (metric.parts is not None) == (metric.interval == "wilson")
    function = metric.of_scores or metric.of_counts
    assert function.__doc__
    assert metric.undefined or name == "support"


@pytest.mark.parametrize("name", NAMES)
def test_shape_and_range(name):
    metric = find_metric(name)
    values = evaluate(metric, *sample())
    assert values.shape == ((K,) if metric.kind == "per class" else (1,))
    assert values.dtype == np.float64
    assert ((values >= metric.lowest) & (values <= metric.highest)).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_perfect_model_is_at_least_as_good(name):
    metric = find_metric(name)
    gold, predicted, scores = sample()
    if metric.higher_is_better is None:
        pytest.skip("no direction")
    sign = 1 if metric.higher_is_better else -1
    perfect = evaluate(metric, gold, gold, np.eye(K)[gold])
    assert (sign * perfect >= sign * evaluate(metric, gold, predicted, scores) - 1e-12).all()
    if metric.higher_is_better:
        assert perfect == pytest.approx(metric.highest)
    else:
        assert perfect == pytest.approx(metric.lowest, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_order_of_examples_and_names_of_classes_do_not_matter(name):
    metric = find_metric(name)
    gold, predicted, scores = sample(1)
    value = evaluate(metric, gold, predicted, scores)
    order = np.random.default_rng(2).permutation(len(gold))
    assert evaluate(metric, gold[order], predicted[order], scores[order]) == pytest.approx(value)
    rename = np.array([2, 0, 1])
    renamed = evaluate(metric, rename[gold], rename[predicted], scores[:, np.argsort(rename)])
    assert (renamed[rename] if metric.kind == "per class" else renamed) == pytest.approx(value)


@pytest.mark.parametrize("name", [m.name for m in all_metrics() if not m.needs_scores])
def test_replicates_give_what_single_matrices_give(name):
    metric = find_metric(name)
    cells = np.random.default_rng(3).integers(0, 9, (7, K, K))
    together = metric.of_counts(counts_of(cells))
    for one, expected in zip(cells, together, strict=True):
        np.testing.assert_allclose(metric.of_counts(counts_of(one)), expected)


@pytest.mark.parametrize("name", [m.name for m in all_metrics() if m.parts is not None])
def test_parts_give_the_value(name):
    metric = find_metric(name)
    counts = counts_of(np.array([[5, 2, 1], [0, 7, 1], [1, 1, 4]]))
    successes, trials = metric.parts(counts)
    share = successes / trials
    expected = metric.from_share(share) if metric.from_share else share
    np.testing.assert_allclose(metric.of_counts(counts), expected)


@pytest.mark.parametrize("name", [m.name for m in all_metrics() if not m.needs_scores and m.name != "support"])
def test_nothing_is_undefined_and_never_zero(name):
    assert np.isnan(find_metric(name).of_counts(counts_of(np.zeros((K, K), dtype=int)))).all()


def test_unknown_name_lists_known_and_nearest():
    with pytest.raises(InputError, match=r"accuracy.*support.*did you mean 'f1_macro'"):
        check_metrics(["f1_marco"], kind_named("one_label"))
    check_metrics(["accuracy", "ece"], kind_named("one_label"))
