import numpy as np
import pytest

from boletim.audit.tally.draws import Independent, draws_of


def test_only_clusters_change_an_interval_and_never_make_it_narrower():
    ends = np.array([0.4, 0.2]), np.array([0.6, np.nan])
    rng = np.random.default_rng(1)
    alone = draws_of(None, None, 10, rng)
    assert alone.wider(ends, lambda draws: pytest.fail("nothing is resampled")) is ends
    assert (alone.codes, alone.weights, alone.codes_of(np.arange(2))) == (None, None, None)
    together = draws_of(np.array(["b", "a", "b"]), np.array([1.0, 2.0, 3.0]), 10, rng)
    low, high = together.wider(ends, lambda draws: (np.array([0.3, 0.3]), np.array([0.5, np.nan])))
    assert low.tolist() == [0.3, 0.2]
    assert high[0] == 0.6
    assert np.isnan(high[1])
    assert together.codes_of(np.array([0, 2])).tolist() == [1, 1]
    assert together.weights.mean() == 1.0
    assert Independent().weights is None
