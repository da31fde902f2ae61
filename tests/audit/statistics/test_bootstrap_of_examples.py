import numpy as np
import pytest

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.metrics.metric import find_metric
from boletim.audit.settings import Settings
from boletim.audit.statistics.bootstrap import draw_counts
from boletim.audit.statistics.counts import counts_of
from boletim.audit.tally.draws import Independent
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.weighted import draw_weighted_counts, weighted_cells
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.method import BOOTSTRAP_OF_EXAMPLES

CELLS = np.array([[170, 10], [8, 12]])


def test_numbers_of_classes_are_drawn_as_the_examples_are():
    """20 of 200 examples: a standard deviation of sqrt(200 * 0.1 * 0.9) = 4.24."""
    drawn, _ = draw_counts(CELLS, 4000, np.random.default_rng(0), is_fixed=False)
    assert drawn.gold.sum(axis=1).tolist() == [200] * 4000
    assert drawn.gold[:, 1].mean() == pytest.approx(20, abs=0.3)
    assert drawn.gold[:, 1].std() == pytest.approx(4.24, abs=0.2)
    fixed, _ = draw_counts(CELLS, 100, np.random.default_rng(0))
    assert np.ptp(fixed.gold, axis=0).tolist() == [0, 0]


def test_so_are_their_weights():
    gold = np.repeat([0, 0, 1, 1], [170, 10, 8, 12])
    said = np.repeat([0, 1, 0, 1], [170, 10, 8, 12])
    cells = weighted_cells(gold, said, np.ones(200), 2)
    drawn, _ = draw_weighted_counts(cells, 4000, np.random.default_rng(0), is_fixed=False)
    assert drawn.gold.sum(axis=1) == pytest.approx(200)
    assert drawn.gold[:, 1].std() == pytest.approx(4.24, abs=0.3)


def test_a_class_that_is_predicted_and_unseen_may_have_examples():
    """Of 30 examples none is of the second class, which is answered 6 times: one pseudo-example in 31 is drawn."""
    cells = np.array([[24, 6], [0, 0]])
    drawn, expected = draw_counts(cells, 4000, np.random.default_rng(0), is_fixed=False)
    assert expected.gold == pytest.approx([30 * 30 / 31, 30 / 31])
    assert drawn.gold[:, 1].mean() == pytest.approx(30 / 31, abs=0.05)
    assert np.quantile(drawn.hits[:, 1], 0.975) >= 2  # what is unseen may be answered rightly
    assert not draw_counts(cells, 100, np.random.default_rng(0))[0].gold[:, 1].any()
    never = draw_counts(np.array([[30, 0], [0, 0]]), 100, np.random.default_rng(0), is_fixed=False)
    assert not never[0].gold[:, 1].any()  # neither seen nor answered: not a class of this sample

    gold, said = np.zeros(30, dtype=int), np.repeat([0, 1], [24, 6])
    weighed, mean = draw_weighted_counts(
        weighted_cells(gold, said, np.ones(30), 2), 4000, np.random.default_rng(0), is_fixed=False
    )
    assert mean.gold == pytest.approx(expected.gold)
    assert weighed.gold[:, 1].mean() == pytest.approx(30 / 31, abs=0.05)
    assert weighed.gold.sum(axis=1) == pytest.approx(30)


@pytest.mark.parametrize("name", ["f1_weighted", "f1_macro", "cohen_kappa", "mcc"])
def test_what_depends_on_the_numbers_of_classes_has_an_interval_of_examples(name):
    gold = np.repeat([0, 0, 1, 1], [1700, 100, 80, 120])
    said = np.repeat([0, 1, 0, 1], [1700, 100, 80, 120])
    settings, metric = Settings(AuditConfig(bootstrap=2000), 1, ("a", "b"), ()), find_metric(name)
    found = SubsetEvidence(Subset({}, gold, said, None), settings, Independent()).estimate(metric)
    assert found.method == BOOTSTRAP_OF_EXAMPLES
    rows = np.random.default_rng(3).integers(0, 2000, (2000, 2000))  # examples drawn again, one by one
    tables = np.stack([np.bincount(gold[r] * 2 + said[r], minlength=4).reshape(2, 2) for r in rows])
    low, high = np.quantile(metric.of_counts(counts_of(tables)), [0.025, 0.975])
    assert (found.low[0], found.high[0]) == (pytest.approx(low, abs=0.003), pytest.approx(high, abs=0.003))
