import numpy as np
import pytest
from sklearn.metrics import f1_score

from boletim.audit.settings import Settings
from boletim.audit.training.sample_sizes import Refit, study_sizes
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.method import BOOTSTRAP_REFITS

SHARES = np.array([0.125, 0.25, 0.5, 1.0])
WHOLE = 800


def settings(draws: int = 400, seed: int = 1) -> Settings:
    return Settings(AuditConfig(bootstrap=draws), seed, ("a", "b"), ())


def planted(rng: np.random.Generator, floor: float, slope: float, exponent: float, n: int, refits: int, spread: float):
    """Refits whose error rate is the law's plus noise of the refit; the same texts are hard for all of them."""
    gold = rng.integers(0, 2, n)
    hardness = rng.random(n)
    made = []
    for share in SHARES:
        for _ in range(refits):
            rate = floor + slope * share**-exponent + rng.normal(0, spread)
            is_wrong = np.clip(hardness + rng.normal(0, 0.05, n), 0, 1) < rate
            made.append(Refit(int(share * WHOLE), np.where(is_wrong, 1 - gold, gold)))
    return made, gold


def gain_of(measures):
    return next(m for m in measures if m.id == "gain_from_doubling")


@pytest.mark.parametrize(("floor", "slope", "exponent"), [(0.05, 0.15, 0.5), (0.0, 0.3, 0.2), (0.2, 0.0, 1.0)])
def test_the_interval_of_the_gain_covers_the_planted_gain(floor: float, slope: float, exponent: float) -> None:
    rng = np.random.default_rng(5)
    true = slope * (1 - 2**-exponent)
    n_covered = 0
    for run in range(120):
        refits, gold = planted(rng, floor, slope, exponent, 400, 2, 0.012)
        gain = gain_of(study_sizes(refits, gold, None, "accuracy", settings(200, run), 0.01)[1])
        n_covered += gain.low <= true <= gain.high
    assert n_covered >= 108  # 95 % of 120 is 114; 108 is 2.5 standard errors below it


def test_scores_are_means_over_the_refits() -> None:
    rng = np.random.default_rng(2)
    refits, gold = planted(rng, 0.1, 0.1, 0.5, 300, 3, 0.02)
    curve, measures, _ = study_sizes(refits[::-1], gold, None, "f1_macro", settings(), 0.01)
    by_hand = np.mean([f1_score(gold, r.predicted, average="macro") for r in refits if r.n_train == WHOLE])
    whole = next(m for m in measures if m.id == f"score_by_sample_size{{n_train={WHOLE}}}")
    assert whole.value == pytest.approx(by_hand, abs=1e-12)
    assert [p.n_train for p in curve.points] == [100, 200, 400, 800]
    assert [p.n_refits for p in curve.points] == [3, 3, 3, 3]
    assert (whole.n, whole.unit, whole.method) == (300, "score", BOOTSTRAP_REFITS)


def test_verdicts_against_what_is_worthwhile() -> None:
    rng = np.random.default_rng(4)
    steep, gold = planted(rng, 0.0, 0.2, 0.6, 3000, 3, 0.003)
    flat, flat_gold = planted(rng, 0.2, 0.0, 1.0, 3000, 3, 0.001)
    assert study_sizes(steep, gold, None, "accuracy", settings(), 0.01)[2].verdict == "shown"
    assert study_sizes(flat, flat_gold, None, "accuracy", settings(), 0.02)[2].verdict == "shown absent"
    estimate = gain_of(study_sizes(steep, gold, None, "accuracy", settings(), 0.01)[1]).value
    assert study_sizes(steep, gold, None, "accuracy", settings(), estimate)[2].verdict == "insufficient evidence"


def test_one_refit_of_each_size_has_no_interval_and_two_sizes_no_gain() -> None:
    rng = np.random.default_rng(4)
    refits, gold = planted(rng, 0.0, 0.2, 0.6, 100, 1, 0.0)
    _, measures, finding = study_sizes(refits, gold, None, "accuracy", settings(), 0.01)
    assert gain_of(measures).value is not None
    assert all(m.low is None for m in measures)
    assert finding.verdict == "insufficient evidence"
    few = gain_of(study_sizes(refits[:2] * 2, gold, None, "accuracy", settings(), 0.01)[1])
    assert few.value is None
    assert few.undefined_because == Reason.of("few_sizes", n=3)


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(6)
    gold = np.zeros(400, dtype=int)
    clusters = np.repeat(np.arange(20), 20)
    is_hard = rng.random(20)[clusters]  # whole clusters are wrong together
    refits = [Refit(n, np.where(is_hard < 40 / n, 1, 0)) for n in (100, 200, 400, 800) for _ in range(2)]
    alone, together = (study_sizes(refits, gold, c, "accuracy", settings(), 0.01)[1][0] for c in (None, clusters))
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_a_metric_of_scores_gives_way_to_accuracy() -> None:
    refits, gold = planted(np.random.default_rng(1), 0.1, 0.1, 0.5, 50, 2, 0.01)
    assert study_sizes(refits, gold, None, "log_loss", settings(), 0.01)[0].metric == "accuracy"
