from datetime import date

import numpy as np
import pytest
from scipy import stats

from boletim.audit.statistics.proportions import difference, simultaneous_level, wilson
from boletim.audit.tally.clusters import clustered_wilson
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP, NEWCOMBE, WILSON, WILSON_EFFECTIVE, Method
from boletim.contracts.results.card import GateOutcome, rounded_up
from boletim.contracts.results.left_out import LeftOut
from boletim.reports.card.gate_needs import examples_to_decide
from boletim.reports.card.gates import judge_gates

N_DRAWS = 4000


def share(value: float, n: int, method: Method = WILSON, **changes: object) -> Measure:
    low, high = wilson(np.array([value * n]), np.array([n]), 0.95)
    parts = {"id": "recall", "metric": "recall", "value": value, "low": float(low[0]), "high": float(high[0])}
    return Measure.model_validate(
        parts | {"n": n, "level": 0.95, "unit": "share", "method": method, "scope": {}} | changes
    )


def test_the_number_for_one_share_is_the_one_computed_by_hand() -> None:
    # ((1.95996 x 0.4 + 0.84162 x 0.3) / 0.1)^2 = 107.4
    assert examples_to_decide(share(0.9, 60), 0.8, is_floor=True) == 108


@pytest.mark.parametrize(
    ("value", "bar", "n"), [(0.90, 0.80, 60), (0.70, 0.80, 60), (0.97, 0.95, 150), (0.60, 0.65, 100), (0.30, 0.25, 90)]
)
def test_a_share_is_decided_four_times_in_five_at_the_number(value: float, bar: float, n: int) -> None:
    needed = examples_to_decide(share(value, n), bar, is_floor=True)
    drawn = np.random.default_rng(3).binomial(needed, value, N_DRAWS)
    low, high = wilson(drawn, np.full(N_DRAWS, needed), 0.95)
    decided = np.mean(low >= bar) if value > bar else np.mean(high < bar)
    assert 0.76 <= decided <= 0.85  # whole numbers of successes make the chance jump


def test_a_mean_is_decided_four_times_in_five_at_the_number() -> None:
    rng, n = np.random.default_rng(5), 100
    half = stats.t.ppf(0.975, n - 1) * 1.0 / np.sqrt(n)
    mean = Measure(
        id="m", metric="f1_macro", value=0.5, low=0.5 - half, high=0.5 + half, level=0.95, n=n, method=BOOTSTRAP
    )
    needed = examples_to_decide(mean, 0.4, is_floor=True)
    found = 0.5 + rng.standard_normal(N_DRAWS) / np.sqrt(needed)
    assert 0.78 <= np.mean(found - 1.96 / np.sqrt(needed) >= 0.4) <= 0.83


def test_a_miss_has_to_hold_among_all_gates() -> None:
    alone = examples_to_decide(share(0.7, 60), 0.8, is_floor=True)
    among = examples_to_decide(share(0.7, 60), 0.8, is_floor=True, n_gates=10)
    # (2.80703 x 0.4 + 0.84162 x 0.458258)^2 / 0.01 = 227.6 and (0.78399 + 0.38568)^2 / 0.01 = 136.8
    assert (alone, among) == (137, 228)


def test_a_pass_is_the_gate_s_own() -> None:
    alone = examples_to_decide(share(0.9, 60), 0.8, is_floor=True)
    assert examples_to_decide(share(0.9, 60), 0.8, is_floor=True, n_gates=10) == alone


def test_never_fewer_than_there_are() -> None:
    # 107.4 examples do for a share of 0.9 against 0.8, and there are more
    assert examples_to_decide(share(0.9, 500), 0.8, is_floor=True) == 500


@pytest.mark.parametrize(("low", "high", "n"), [(0.46, 0.70, 131), (0.30, 0.54, 3270)])
def test_the_half_that_faces_the_bar_decides(low: float, high: float, n: int) -> None:
    # 100 x ((1.95996 + 0.84162) x 0.04 or 0.20 / (1.95996 x 0.05))^2, at least 100
    mean = Measure(id="m", metric="f1_macro", value=0.5, low=low, high=high, level=0.95, n=100, method=BOOTSTRAP)
    assert examples_to_decide(mean, 0.45, is_floor=True) == n


def test_a_gap_near_0_has_to_stay_within_the_bar_to_both_sides() -> None:
    # at a gap of 0 both sides count: 100 x ((1.95996 + 1.28155) x 0.1 / (1.95996 x 0.05))^2 = 1094
    gap = Measure(id="g", metric="accuracy_gap", value=0.0, low=-0.1, high=0.1, level=0.95, n=100, method=NEWCOMBE)
    assert examples_to_decide(gap, 0.05, is_floor=False) == pytest.approx(1094, rel=0.012)


def test_clusters_need_more_examples_and_are_decided_four_times_in_five_at_the_number() -> None:
    rng, size, shape = np.random.default_rng(9), 10, 4.0  # Beta(a, b) with a + b = 4: correlation 0.2

    def limits(n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
        rates = rng.beta(0.8 * shape, 0.2 * shape, (n_clusters, N_DRAWS))
        return clustered_wilson(rng.binomial(size, rates).astype(float), np.full(rates.shape, float(size)), 0.95)

    low, high = limits(40)
    seen = share(0.8, 400, WILSON_EFFECTIVE, low=float(low.mean()), high=float(high.mean()))
    needed = examples_to_decide(seen, 0.75, is_floor=True)
    assert needed > 2 * examples_to_decide(share(0.8, 400), 0.75, is_floor=True)
    low, _ = limits(round(needed / size))
    assert 0.75 <= np.mean(low >= 0.75) <= 0.88


def test_a_gap_is_decided_four_times_in_five_at_the_number() -> None:
    def limits(first: np.ndarray, second: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
        ends = [wilson(one, np.full(len(one), n), 0.95) for one in (first, second)]
        return difference(first / n, ends[0], second / n, ends[1])

    low, high = limits(np.array([180.0]), np.array([178.0]), 200)
    gap = Measure(
        id="g", metric="accuracy_gap", value=0.01, low=0.0, high=float(high[0]), level=0.95, n=400, method=NEWCOMBE
    )
    needed = examples_to_decide(gap, 0.05, is_floor=False)
    rng, n = np.random.default_rng(7), needed // 2
    low, high = limits(rng.binomial(n, 0.9, N_DRAWS).astype(float), rng.binomial(n, 0.89, N_DRAWS).astype(float), n)
    assert 0.75 <= np.mean(np.maximum(high, -low) <= 0.05) <= 0.87


def test_a_gap_whose_interval_ends_at_0_counts_the_other_half() -> None:
    """Three groups as the card's regions: the audit's own interval clears the bar four times in five at the number."""
    hits, n = np.array([50.0, 55.0, 58.0]), np.array([65.0, 65.0, 66.0])

    def largest(drawn: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = wilson(drawn, sizes, simultaneous_level(0.95, 3))
        pairs = ((0, 1), (0, 2), (1, 2))
        ends = [
            difference(drawn[:, b] / sizes[b], (low[:, b], high[:, b]), drawn[:, a] / sizes[a], (low[:, a], high[:, a]))
            for a, b in pairs
        ]
        return np.max([np.maximum(below, -above) for below, above in ends], axis=0), np.max(
            [e[1] for e in ends], axis=0
        )

    below, above = largest(hits[None], n)
    assert below[0] < 0
    seen = Measure(
        id="g", metric="recall_gap", value=float(np.ptp(hits / n)), low=0.0, high=float(above[0]), level=0.95, n=196,
        method=NEWCOMBE,
    )  # fmt: skip
    needed = examples_to_decide(seen, 0.05, is_floor=False)
    sizes = np.rint(n / n.sum() * needed)
    drawn = np.random.default_rng(11).binomial(sizes.astype(int), hits / n, (N_DRAWS, 3)).astype(float)
    assert 0.75 <= np.mean(largest(drawn, sizes)[0] > 0.05) <= 0.92


def outcome(measure: Measure, **bar: float) -> GateOutcome:
    return judge_gates([GateConfig(measure=measure.id, **bar)], [measure], date(2026, 1, 1))[0]


def test_an_open_gate_says_its_number_and_a_decided_one_does_not() -> None:
    found = outcome(share(0.9, 60), at_least=0.8)
    assert found.status == "insufficient evidence"
    assert found.n_needed == 108
    assert outcome(share(0.9, 600), at_least=0.8).n_needed is None


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        (share(0.8, 60), "on_bar"),
        (share(0.8001, 60), "too_many"),
        (share(0.9, 60, id="ece", metric="ece", method=BOOTSTRAP), "chance"),
        (share(0.9, 60, left_out=LeftOut(groups={"C": 9}, n_groups=1, limit=0.5)), "left_out"),
        (share(0.9, 20, undefined_because=Reason.of("below_min_group", n=20, least=30)), "not_judged"),
    ],
)
def test_a_gate_without_a_number_says_why(measure: Measure, reason: str) -> None:
    assert outcome(measure, at_least=0.8).no_need == reason


def test_the_number_is_rounded_up_to_two_digits() -> None:
    assert [rounded_up(n) for n in (7, 108, 1_850, 1_900, 12_301)] == [7, 110, 1900, 1900, 13_000]
