import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from boletim.probes.statistics.paired import mean_distance, mean_gap, net_share, share


def test_share_is_wilson() -> None:
    result = share(3, 40, 0.9)
    assert (result.low, result.high) == pytest.approx(proportion_confint(3, 40, alpha=0.1, method="wilson"))


def test_net_share_tests_as_mcnemar() -> None:
    result = net_share(9, 2, 60, 0.95)
    table = [[30, 9], [2, 19]]
    assert result.value == pytest.approx(7 / 60)
    assert result.p == pytest.approx(mcnemar(table, exact=True).pvalue)
    assert net_share(0, 0, 60, 0.95).p == 1


@pytest.mark.parametrize(("toward", "away", "n"), [(0.02, 0.02, 100), (0.15, 0.05, 60), (0.0, 0.0, 50), (0.3, 0.3, 40)])
def test_net_share_is_covered(toward: float, away: float, n: int) -> None:
    generator = np.random.default_rng(1)
    counts = generator.multinomial(n, [toward, away, 1 - toward - away], size=2000)
    results = [net_share(int(a), int(b), n, 0.95) for a, b, _ in counts]
    covered = np.mean([(r.low or 0) <= toward - away <= (r.high or 0) for r in results])
    assert covered >= 0.935


def test_one_text_has_no_interval() -> None:
    assert mean_gap(np.array([0.2]), 0.95).low is None
    assert mean_distance(np.array([0.2]), 0.95, 1, 100).low is None


def test_bootstrap_depends_on_the_seed_alone() -> None:
    distances = np.random.default_rng(0).exponential(0.1, 80)
    first, again = mean_distance(distances, 0.95, 4, 500), mean_distance(distances, 0.95, 4, 500)
    assert first == again
    assert first != mean_distance(distances, 0.95, 5, 500)
    assert (first.low or 0) < first.value < (first.high or 0)
