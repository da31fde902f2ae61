"""Gates as a family: Holm against statsmodels, the score test by hand, and false failures by simulation."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from boletim.audit.statistics.proportions import wilson
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP, WILSON
from boletim.reports.card.gates import judge_gates
from boletim.reports.card.misses import holm, p_of_miss

DAY = date(2026, 1, 1)


def share(name, hits, n, level=0.95):
    low, high = (float(v) for v in wilson(np.array(hits), np.array(n), level))
    return Measure(id=name, metric=name, value=hits / n, low=low, high=high, level=level, n=n, method=WILSON)


def judged(measures, bar):
    return judge_gates([GateConfig(measure=m.id, at_least=bar) for m in measures], measures, DAY)


def test_holm_against_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(1).random(30) ** 3

    assert holm(p.tolist()) == pytest.approx(multitest.multipletests(p, method="holm")[1])
    assert holm([]) == []


def test_holm_by_hand():
    # 0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 x 1 raised to the one before it
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_p_of_a_share_is_that_of_the_score_test():
    # z = (0.8 - 0.7) / sqrt(0.8 * 0.2 / 100) = 2.5
    assert p_of_miss(share("a", 70, 100), 0.8, is_floor=True) == pytest.approx(2 * stats.norm.sf(2.5))
    assert p_of_miss(share("a", 90, 100), 0.8, is_floor=True) == 1


def test_p_of_a_normal_interval():
    # limits 1.96 standard errors away, the bar 3 of them
    found = Measure(id="gap", metric="gap", value=0.30, low=0.104, high=0.496, level=0.95, n=9, method=BOOTSTRAP)

    assert p_of_miss(found, 0.0, is_floor=False) == pytest.approx(2 * stats.norm.sf(3), rel=1e-3)


def test_one_gate_is_judged_by_its_own_interval():
    assert judged([share("a", 72, 100)], 0.81)[0].status == "fail"


def test_ten_gates_need_more_than_one_interval_to_fail():
    measures = [share("m0", 72, 100), *(share(f"m{i}", 95, 100) for i in range(1, 10))]

    first, *others = judged(measures, 0.81)

    # z = 0.09 / sqrt(0.81 * 0.19 / 100) = 2.294, p = 0.0218, times 10
    assert first.status == "insufficient evidence"
    assert first.p_holm == pytest.approx(0.218, abs=1e-3)
    assert (first.because.kind, first.because.values["n"]) == ("gate_by_chance", 10)
    assert {o.status for o in others} == {"pass"}


def test_a_clear_miss_fails_among_ten_gates_too():
    measures = [share("m0", 50, 100), *(share(f"m{i}", 95, 100) for i in range(1, 10))]

    assert judged(measures, 0.81)[0].status == "fail"


def test_ten_gates_exactly_on_their_bars_fail_in_at_most_five_in_a_hundred():
    rng = np.random.default_rng(5)
    n_runs, n_failed = 400, 0
    for _ in range(n_runs):
        measures = [share(f"m{i}", int(rng.binomial(300, 0.8)), 300) for i in range(10)]
        n_failed += any(o.status == "fail" for o in judged(measures, 0.8))

    assert n_failed / n_runs <= 0.05
