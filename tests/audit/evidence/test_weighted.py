from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn import metrics as sk

from boletim.audit.decisions.costs import expected_cost
from boletim.audit.run import audit
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import share_limits
from boletim.audit.statistics.clustered_mean import mean_error
from boletim.audit.tally.subsets import Subset
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import InputError
from boletim.contracts.measure import Measure
from boletim.contracts.method import WEIGHTED, top

LABELS = ("a", "b", "c")


def made(n: int, seed: int, k: int = 3) -> Predictions:
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, k, n)
    scores = rng.dirichlet(np.ones(k), n) + np.eye(k)[gold] * rng.random((n, 1))
    scores /= scores.sum(axis=1, keepdims=True)
    return Predictions(
        ids=np.arange(n).astype(str).astype(object),
        gold=gold,
        predicted=scores.argmax(axis=1),
        labels=LABELS[:k],
        scores=scores,
        groups={"g": rng.choice(np.array(["x", "y"], dtype=object), n)},
        weights=rng.lognormal(0.0, 0.8, n),
    )


def audited(
    predictions: Predictions, clusters: np.ndarray | None = None, n_draws: int = 200, baseline: str | None = None
) -> dict[str, Measure]:
    config = AuditConfig(bootstrap=n_draws)
    result = audit(
        replace(predictions, clusters=clusters), config, seed=1, baseline=None if baseline is None else (baseline,)
    )
    return {measure.id: measure for measure in result.measures}


@pytest.mark.parametrize("k", [2, 3])
def test_values_are_those_of_scikit_learn_with_sample_weights(k: int) -> None:
    found = made(300, k, k)
    got, w, gold, predicted, scores = audited(found), found.weights, found.gold, found.predicted, found.scores
    assert scores is not None
    wanted = {
        "accuracy": sk.accuracy_score(gold, predicted, sample_weight=w),
        "balanced_accuracy": sk.balanced_accuracy_score(gold, predicted, sample_weight=w),
        "f1_macro": sk.f1_score(gold, predicted, average="macro", sample_weight=w),
        "f1_weighted": sk.f1_score(gold, predicted, average="weighted", sample_weight=w),
        "mcc": sk.matthews_corrcoef(gold, predicted, sample_weight=w),
        "cohen_kappa": sk.cohen_kappa_score(gold, predicted, sample_weight=w),
        "log_loss": sk.log_loss(gold, scores, sample_weight=w),
        "precision{class=b}": sk.precision_score(gold, predicted, labels=[1], average=None, sample_weight=w)[0],
        "recall{class=b}": sk.recall_score(gold, predicted, labels=[1], average=None, sample_weight=w)[0],
        "f1{class=b}": sk.f1_score(gold, predicted, labels=[1], average=None, sample_weight=w)[0],
        "roc_auc{class=b}": sk.roc_auc_score(gold == 1, scores[:, 1], sample_weight=w),
        "average_precision{class=b}": sk.average_precision_score(gold == 1, scores[:, 1], sample_weight=w),
    }
    if k == 3:
        wanted["top_k_accuracy"] = sk.top_k_accuracy_score(gold, scores, k=2, sample_weight=w)
    else:
        wanted["brier"] = sk.brier_score_loss(gold, scores[:, 1], sample_weight=w)
    for name, value in wanted.items():
        assert got[name].value == pytest.approx(value, abs=1e-12), name
        assert (got[name].low or 0.0) <= value <= (got[name].high or 0.0)
        assert got[name].method.parts[-1] in (*WEIGHTED.parts, *top(2).parts)
        assert got[name].n <= found.n
    in_x = found.groups["g"] == "x"
    assert w is not None
    of_x = sk.recall_score(gold[in_x], predicted[in_x], labels=[1], average=None, sample_weight=w[in_x])[0]
    assert got["recall{class=b,g=x}"].value == pytest.approx(of_x)
    assert got["support{class=b}"].value == (gold == 1).sum()
    parts = [got[f"brier_{part}"].value or 0.0 for part in ("reliability", "resolution", "uncertainty")]
    assert parts[0] - parts[1] + parts[2] == pytest.approx(got["brier"].value)


def test_a_whole_number_as_weight_counts_an_example_as_often() -> None:
    found = made(120, 5)
    times = np.random.default_rng(5).integers(1, 4, found.n)
    assert found.scores is not None
    often = Predictions(
        ids=np.repeat(found.ids, times),
        gold=np.repeat(found.gold, times),
        predicted=np.repeat(found.predicted, times),
        labels=LABELS,
        scores=np.repeat(found.scores, times, axis=0),
        groups={"g": np.repeat(found.groups["g"], times)},
    )
    plain = audited(often)
    weighted = audited(Predictions(**{**vars(found), "weights": times.astype(float)}))
    compared = 0
    for name, measure in weighted.items():
        skipped = "support", "minimum_detectable", "suspected", "slice", "rms_", "differential", "recall_gap_rms"
        if measure.value is not None and not measure.metric.startswith(skipped):
            if measure.metric != "calibration_error_debiased":  # its bias is that of fewer examples
                assert measure.value == pytest.approx(plain[name].value, abs=1e-9), name
            compared += 1
            if measure.metric in ("accuracy", "recall", "log_loss") and measure.low is not None:
                twin = plain[name]
                width = (twin.high or 0) - (twin.low or 0)
                assert measure.high - measure.low > width, name  # type: ignore[operator]
    assert compared > 100


def test_equal_weights_change_nothing_but_the_last_digits() -> None:
    found = made(400, 7)
    plain = audited(Predictions(**{**vars(found), "weights": None}), n_draws=2000)
    weighted = audited(Predictions(**{**vars(found), "weights": np.full(found.n, 3.7)}), n_draws=2000)
    names = ["accuracy", "recall{class=a}", "f1_macro", "mcc", "log_loss", "ece", "roc_auc{class=a}"]
    names += ["baseline_accuracy", "accuracy_over_baseline", "average_precision{class=c}"]
    for name in [*names, "recall_gap{class=a,attribute=g}"]:
        one, other = plain[name], weighted[name]
        assert other.value == pytest.approx(one.value)
        assert other.low == pytest.approx(one.low, abs=0.012), name
        assert other.high == pytest.approx(one.high, abs=0.012), name


def test_the_variance_of_a_weighted_mean_is_the_sandwich() -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.random(80), rng.lognormal(0, 1, 80)
    fit = sm.WLS(values, np.ones(80), weights=weights).fit(cov_type="HC1")
    mean, error, degrees = mean_error(values, weights, None)
    assert (mean, error) == (pytest.approx(fit.params[0]), pytest.approx(fit.bse[0]))
    assert degrees == pytest.approx(weights.sum() ** 2 / (weights**2).sum() - 1)


def population(n: int, seed: int) -> Predictions:
    """A common stratum where the model is good and a rare one where it is bad, sampled ten times as often."""
    rng = np.random.default_rng(seed)
    is_rare = rng.random(n) < 0.5
    gold = rng.integers(0, 2, n)
    is_right = rng.random(n) < np.where(is_rare, 0.6, 0.9)
    strength = np.where(is_right, rng.uniform(0.5, 0.95, n), rng.uniform(0.15, 0.5, n))
    own = np.where(gold == 1, strength, 1 - strength)
    scores = np.column_stack([1 - own, own])
    weights = np.where(is_rare, 1.0, 10.0) * rng.uniform(0.8, 1.2, n)
    groups = {"g": rng.choice(np.array(["x", "y"], dtype=object), n)}
    ids = np.arange(n).astype(object)
    return Predictions(
        ids, gold, np.where(is_right, gold, 1 - gold), ("a", "b"), scores, groups=groups, weights=weights
    )


def test_intervals_cover_the_population_s_figures_and_gaps_raise_no_false_alarm() -> None:
    truth = audited(population(200_000, 99), n_draws=100, baseline="a")
    names = ("accuracy", "recall{class=a}", "f1_macro", "mcc", "log_loss", "brier", "roc_auc{class=b}",
             "average_precision{class=b}", "baseline_accuracy", "accuracy_over_baseline")  # fmt: skip
    covered, alarms, too_high, runs = dict.fromkeys(names, 0), 0, 0, 300
    for seed in range(runs):
        got = audited(population(240, seed), n_draws=200, baseline="a")
        for name in names:
            value = truth[name].value or 0.0
            covered[name] += (got[name].low or 0.0) <= value <= (got[name].high or 0.0)
        alarms += any(m.q is not None and m.q < 0.05 for m in got.values())
        too_high += (got["ece"].low or 0.0) > (truth["ece"].value or 0.0)
    for name, hits in covered.items():
        assert 0.915 <= hits / runs <= 0.985, (name, hits / runs)
    assert alarms / runs <= 0.08
    assert too_high / runs <= 0.05


def test_clusters_and_weights_go_together() -> None:
    found = made(200, 11)
    alone = audited(found)
    clusters = np.repeat(np.arange(50), 4).astype(str).astype(object)
    together = audited(found, clusters)
    for name in ("accuracy", "f1_macro", "log_loss", "roc_auc{class=a}", "ece", "accuracy_over_baseline"):
        assert together[name].value == pytest.approx(alone[name].value)
        assert WEIGHTED.parts[0] in together[name].method.parts
        assert together[name].method.parts[0] != alone[name].method.parts[0]
    copies = {**vars(found), "weights": np.repeat(found.weights, 2)}  # each example twice: no more is known
    for field in ("ids", "gold", "predicted", "scores"):
        copies[field] = np.repeat(getattr(found, field), 2, axis=0)
    copies["groups"] = {"g": np.repeat(found.groups["g"], 2)}
    doubled = audited(Predictions(**copies), np.repeat(np.arange(200), 2).astype(str).astype(object))
    for name in ("accuracy", "log_loss"):
        width = (alone[name].high or 0) - (alone[name].low or 0)
        assert (doubled[name].high or 0) - (doubled[name].low or 0) == pytest.approx(width, rel=0.15)


def test_all_right_leaves_the_doubt_of_the_effective_number() -> None:
    weights = np.r_[np.full(90, 1.0), np.full(10, 50.0)]
    all_right = np.ones(100, dtype=bool)
    low, high = share_limits(all_right, all_right, None, 0.95, weights)
    few = share_limits(all_right[:13], all_right[:13], None, 0.95, np.ones(13))  # (90 + 500)^2 / (90 + 25,000) = 13.9
    assert high == 1.0
    assert low == pytest.approx(few[0], abs=0.02)


def test_what_has_no_meaning_with_weights_is_refused_or_left_out() -> None:
    found = made(100, 13, 2)
    with pytest.raises(InputError, match="sampling weights and evaluate:accuracy do not go together"):
        audit(found, AuditConfig(metrics=("evaluate:accuracy",)), seed=1)
    left_out = {"scoring_rate", "bpsn_auc", "recall_difference", "decision_threshold"}
    assert not left_out & {measure.metric for measure in audited(found).values()}
    facts = audit(found, AuditConfig(bootstrap=100), seed=1).facts
    assert facts.lacks["scoring_rates"] == "equal_weights"
    about = facts.weights
    assert found.weights is not None
    assert about is not None
    assert about.effective == pytest.approx(found.weights.sum() ** 2 / (found.weights**2).sum())


def test_costs_and_thresholds_are_those_of_scikit_learn_with_sample_weights() -> None:
    found = made(300, 5, 2)
    config = AuditConfig(bootstrap=100, costs={"a>b": 1.0, "b>a": 4.0})
    got = {measure.id: measure for measure in audit(found, config, seed=1, validation=made(200, 6, 2)).measures}
    w, scores = found.weights, found.scores
    assert w is not None
    assert scores is not None
    table = sk.confusion_matrix(found.gold, found.predicted, sample_weight=w)
    assert got["expected_cost"].value == pytest.approx((table[0, 1] + 4 * table[1, 0]) / w.sum())
    assert got["expected_cost_at_threshold"].value is not None
    said = scores[:, 1] >= 0.3
    at = "{class=b,threshold=0.3}"
    recall = sk.recall_score(found.gold, said, sample_weight=w)
    assert got[f"recall_at_threshold{at}"].value == pytest.approx(recall)
    assert got[f"precision_at_threshold{at}"].value == pytest.approx(
        sk.precision_score(found.gold, said, sample_weight=w)
    )


@pytest.mark.parametrize("is_clustered", [False, True])
def test_the_interval_of_a_weighted_cost_covers(is_clustered: bool) -> None:
    """Errors of 0.3 a cost 1, of b 5; weights depend on the truth, clusters of 4 share their fate half of the time."""
    runs, n, covered = 400, 240, 0
    settings = Settings(AuditConfig(costs={"a>b": 1.0, "b>a": 5.0}), 1, ("a", "b"), (), is_clustered, True)
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        gold = rng.integers(0, 2, n)
        weights = rng.uniform(0.5, 2.0, n) * np.where(gold == 1, 2.0, 1.0)
        fate = np.repeat(rng.random(n // 4), 4)
        luck = np.where(rng.random(n) < 0.5, fate, rng.random(n)) if is_clustered else rng.random(n)
        codes = np.repeat(np.arange(n // 4), 4) if is_clustered else None
        predicted = np.where(luck < 0.3, 1 - gold, gold)
        measure = expected_cost(Subset({}, gold, predicted, None, codes, weights), settings)
        truth = 0.3 * (1.0 * 1 + 2.0 * 5) / 3  # weights are 1 : 2 in the mean
        assert measure.low is not None
        assert measure.high is not None
        covered += measure.low <= truth <= measure.high
    assert covered / runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)
