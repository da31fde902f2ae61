import numpy as np
import pytest

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.metrics.metric import find_metric
from boletim.audit.settings import Settings
from boletim.audit.statistics.counts import counts_of
from boletim.audit.statistics.effective_share import effective_share, slopes
from boletim.audit.tally.draws import Clustered
from boletim.audit.tally.subsets import Subset
from boletim.contracts.configuration import AuditConfig

T_SQUARED = (1.959964 / 2.262157) ** 2
"""Normal over t of 9 degrees of freedom, tables."""


def share_of(sums):
    return sums[:, 0] / sums[:, 1]


def test_copies_are_worth_as_many_examples_as_there_are_clusters():
    """Ten clusters of ten copies, five of them hits: each cluster is one example, m/(m-1) of it at most."""
    hits = np.repeat([1.0, 0.0], 50)
    found = effective_share(share_of, np.column_stack([hits, np.ones(100)]), np.repeat(np.arange(10), 10), 0.95)
    design = (10 * 10 * 10 / 9 + 10 * 10 / 9) / 11  # ten clusters felt, the largest design no smaller than the other
    assert found == pytest.approx(T_SQUARED / design, rel=1e-4)


def test_examples_that_do_not_hang_together_lose_to_t_and_to_the_largest_alone():
    """Each cluster holds five hits of ten: nothing varies between clusters, and copies cannot be told from chance."""
    hits = np.tile([1.0, 0.0], 50)
    columns = np.column_stack([hits, np.ones(100)])
    assert effective_share(share_of, columns, np.repeat(np.arange(10), 10), 0.95) == pytest.approx(T_SQUARED / 10)
    alone = effective_share(share_of, columns, np.arange(100), 0.95)
    assert alone == pytest.approx((1.959964 / 1.984217) ** 2 / (100 / 99), rel=1e-4)


def test_a_handful_of_clusters_that_holds_every_error_is_doubted():
    """Two errors, each the only one in its cluster of ten: a design effect of about 1, from two clusters."""
    hits = np.ones(100)
    hits[[0, 10]] = 0.0
    found = effective_share(share_of, np.column_stack([hits, np.ones(100)]), np.repeat(np.arange(10), 10), 0.95)
    assert T_SQUARED / 6 < found < T_SQUARED / 2


def test_slopes_are_derivatives_and_columns_without_examples_have_none():
    assert slopes(share_of, np.array([30.0, 60.0])) == pytest.approx([1 / 60, -30 / 3600], rel=1e-6)
    assert slopes(lambda sums: sums[:, 0] + sums[:, 1], np.array([3.0, 0.0])) == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize("name", ["f1_macro", "f1_weighted", "cohen_kappa", "mcc", "balanced_accuracy"])
def test_intervals_of_many_clusters_are_as_wide_as_resampled_clusters_make_them(name):
    rng, n_clusters = np.random.default_rng(5), 300
    clusters, is_hard = np.repeat(np.arange(n_clusters), 8), rng.random(n_clusters) < 0.4
    gold = (rng.random(len(clusters)) < 0.3).astype(int)
    said = np.where(rng.random(len(clusters)) < np.where(is_hard[clusters], 0.45, 0.05), 1 - gold, gold)
    draws = Clustered(clusters, 2000, rng)
    settings = Settings(AuditConfig(bootstrap=2000), 1, ("a", "b"), (), is_clustered=True)
    metric = find_metric(name)
    found = SubsetEvidence(Subset({}, gold, said, None, draws.codes), settings, draws).estimate(metric)
    one = np.stack([np.bincount(gold[clusters == c] * 2 + said[clusters == c], minlength=4) for c in range(n_clusters)])
    drawn = one[rng.integers(0, n_clusters, (4000, n_clusters))].sum(axis=1).reshape(-1, 2, 2)
    low, high = np.quantile(metric.of_counts(counts_of(drawn)), [0.025, 0.975])
    assert found.high[0] - found.low[0] == pytest.approx(high - low, rel=0.1)
    assert (found.low[0] + found.high[0]) / 2 == pytest.approx((low + high) / 2, abs=0.004)
