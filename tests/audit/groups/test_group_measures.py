from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import confint_proportions_2indep

from boletim.audit.groups.differential_fairness import epsilon
from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.method import (
    BOOTSTRAP_OF_BINS,
    BOOTSTRAP_OF_EXAMPLES,
    DELONG_CLUSTERS,
    NEWCOMBE,
    SQUARE_AND_ADD,
    SQUARE_AND_ADD_RATIO,
    STANDARD_ERRORS,
    WEIGHTED,
    WILSON_EFFECTIVE,
)

CONFIG = AuditConfig(bootstrap=200, min_group=1, intersections=1)


def audited(predictions, config=CONFIG, **kwargs):
    return {m.id: m for m in audit(predictions, config, seed=1, **kwargs).measures}


def binary(gold, chance, group):
    scores = np.column_stack([1 - np.asarray(chance), chance])
    column = {"g": np.array(group, dtype=object)}
    ids = np.arange(len(gold)).astype(object)
    return Predictions(ids, np.array(gold), scores.argmax(axis=1), ("no", "yes"), scores, groups=column)


def answered(counts):
    """Predictions from {group: (n, n answered yes)}; the truth plays no part."""
    group = [name for name, (n, _) in counts.items() for _ in range(n)]
    said = [int(i < yes) for n, yes in counts.values() for i in range(n)]
    gold = np.arange(len(said)) % 2
    return Predictions(
        np.arange(len(said)).astype(object),
        gold,
        np.array(said),
        ("no", "yes"),
        None,
        groups={"g": np.array(group, object)},
    )


def test_aucs_of_the_unit_test_of_borkan():
    negatives, positives = ([0.1, 0.2, 0.3], [0.21, 0.31, 0.55]), ([0.5, 0.8, 0.9], [0.4, 0.6, 0.71])
    chance = [*negatives[0], *negatives[1], *positives[0], *positives[1]]
    found = audited(binary([0] * 6 + [1] * 6, chance, (["bg"] * 3 + ["sg"] * 3) * 2))
    expected = {
        "roc_auc{class=yes}": 34 / 36,
        "roc_auc{class=yes,g=sg}": 8 / 9,
        "bpsn_auc{class=yes,g=sg}": 8 / 9,
        "bnsp_auc{class=yes,g=sg}": 1.0,
        "negative_aeg{class=yes,g=sg}": 8 / 9 - 1 / 2,
        "positive_aeg{class=yes,g=sg}": 2 / 9 - 1 / 2,
    }
    assert {name: found[name].value for name in expected} == pytest.approx(expected)


@given(st.integers(0, 2**32 - 1), st.integers(8, 80))
@settings(max_examples=40, deadline=None)
def test_background_aucs_are_sklearn_on_their_rows(seed, n):
    rng = np.random.default_rng(seed)
    gold, chance = rng.integers(0, 2, n), np.round(rng.random(n), 1)
    group = np.array(["a", "b", None], dtype=object)[rng.integers(0, 3, n)]
    if len({value for value in group if value}) < 2:
        return
    found = audited(binary(gold, chance, group), AuditConfig(bootstrap=100, min_group=1))
    own, rest = group == "a", group == "b"
    for name, rows, is_above in (
        ("bpsn_auc", (rest & (gold == 1)) | (own & (gold == 0)), rest),
        ("bnsp_auc", (own & (gold == 1)) | (rest & (gold == 0)), own),
        ("negative_aeg", (own | rest) & (gold == 0), own),
        ("positive_aeg", (own | rest) & (gold == 1), own),
    ):
        measure = found[f"{name}{{class=yes,g=a}}"]
        if len(set(is_above[rows])) < 2:
            assert measure.value is None
            continue
        auc = roc_auc_score(is_above[rows], chance[rows])
        assert measure.value == pytest.approx(auc - (0.5 if "aeg" in name else 0), abs=1e-9)
        assert measure.low <= measure.value <= measure.high
        assert measure.n == rows.sum()


def test_impact_ratio_of_the_example_in_the_rules_of_new_york_city():
    """6 RCNY 5-301: 667 of 1390 men and 555 of 1181 women selected, impact ratio 0.979."""
    found = audited(answered({"male": (1390, 667), "female": (1181, 555)}))
    female, male = found["impact_ratio{class=yes,g=female}"], found["impact_ratio{class=yes,g=male}"]
    assert round(female.value, 3) == 0.979
    assert female.low < 0.979 < female.high
    assert (male.value, male.low) == (1.0, None)
    assert found["demographic_parity_ratio{class=yes,attribute=g}"].value == pytest.approx(female.value)


def test_scoring_rate_is_the_share_above_the_median_of_all():
    rng = np.random.default_rng(3)
    group, chance = np.repeat(["a", "b", "c"], [100, 60, 40]), rng.random(200)
    chance[:100] += 0.2
    found = audited(binary(rng.integers(0, 2, 200), np.clip(chance, 0, 1), group))
    rates = {g: (np.clip(chance, 0, 1)[group == g] > np.median(np.clip(chance, 0, 1))).mean() for g in "abc"}
    for g, rate in rates.items():
        assert found[f"scoring_rate{{class=yes,g={g}}}"].value == pytest.approx(rate)
        assert found[f"scoring_impact_ratio{{class=yes,g={g}}}"].value == pytest.approx(rate / max(rates.values()))


def test_recall_difference_and_its_correlation_with_the_share(make_predictions):
    recalls, sizes = [[0.9, 0.8, 0.7, 0.6, 0.5], [0.7] * 5], [[150, 120, 90, 60, 30], [50, 80, 110, 140, 170]]
    predictions = make_predictions(recalls, sizes)
    found = audited(predictions)
    share, apart = [], []
    for c in range(5):
        n = np.array(sizes)[:, c]
        hits = [
            ((predictions.gold == c) & (predictions.predicted == c) & (predictions.groups["gender"] == g)).sum()
            for g in ("female", "male")
        ]
        measure = found[f"recall_difference{{class=c{c},gender=female}}"]
        assert measure.value == pytest.approx(hits[0] / n[0] - hits[1] / n[1])
        limits = confint_proportions_2indep(hits[0], n[0], hits[1], n[1], method="newcomb", compare="diff")
        assert (measure.low, measure.high) == pytest.approx(limits, abs=1e-9)
        assert found[f"recall_difference{{class=c{c},gender=male}}"].value == pytest.approx(-measure.value)
        share.append(n[0] / n.sum())
        apart.append(measure.value)
    correlation = found["recall_difference_share_correlation{gender=female}"]
    theirs = stats.pearsonr(share, apart)
    assert correlation.value == pytest.approx(theirs.statistic)
    assert (correlation.low, correlation.high) == pytest.approx(tuple(theirs.confidence_interval(0.95)))
    few = audited(make_predictions([[0.9, 0.8], [0.7, 0.7]], 50))
    assert few["recall_difference_share_correlation{gender=female}"].value is None


def test_recall_difference_is_against_all_other_groups_together(make_predictions):
    predictions = make_predictions([[0.9, 0.9], [0.5, 0.9], [0.7, 0.9]], [[50, 50], [100, 50], [40, 50]])
    is_right = predictions.gold == predictions.predicted
    rows = predictions.gold == 0
    own = rows & (predictions.groups["gender"] == "female")
    measure = audited(predictions)["recall_difference{class=c0,gender=female}"]
    assert measure.value == pytest.approx(is_right[own].mean() - is_right[rows & ~own].mean())


def test_differential_fairness_by_hand():
    """10 and 40 of 100 selected: smoothed by half a count of each answer, log(40.5 / 10.5) and log(90.5 / 60.5)."""
    assert epsilon(np.array([[90, 10], [60, 40]])) == pytest.approx(np.log(40.5 / 10.5))
    found = audited(answered({"a": (100, 10), "b": (100, 40)}))["differential_fairness{attribute=g}"]
    assert found.value == pytest.approx(np.log(40.5 / 10.5))
    assert 0.4 < found.low < found.value < found.high < 2.5
    alike = audited(answered({"a": (100, 20), "b": (100, 22)}))["differential_fairness{attribute=g}"]
    assert alike.low == 0


def test_differential_fairness_of_crossed_columns_is_no_smaller():
    rng = np.random.default_rng(1)
    n = 2000
    first, second = rng.integers(0, 2, n), rng.integers(0, 2, n)
    said = (rng.random(n) < np.where(first == second, 0.7, 0.2)).astype(int)
    groups = {name: np.array(["x", "y"], dtype=object)[v] for name, v in (("a", first), ("b", second))}
    predictions = Predictions(np.arange(n).astype(object), said, said, ("no", "yes"), None, groups=groups)
    found = audited(predictions, AuditConfig(bootstrap=200))
    alone = [found[f"differential_fairness{{attribute={name}}}"] for name in "ab"]
    crossed = found["differential_fairness{attribute=a+b}"]
    assert all(one.value < 0.3 for one in alone)
    assert crossed.value == pytest.approx(np.log(0.7 / 0.2), abs=0.2)
    assert crossed.low < np.log(0.7 / 0.2) < crossed.high


def test_clusters_widen_and_never_narrow():
    rng = np.random.default_rng(5)
    author = np.repeat(np.arange(60), 10)
    level = rng.random(60)[author]
    gold = rng.integers(0, 2, 600)
    chance = np.clip(level * 0.6 + 0.4 * rng.random(600), 0, 1)
    predictions = binary(gold, chance, np.where(author % 2, "a", "b"))
    alone, together = audited(predictions), audited(replace(predictions, clusters=author))
    for name in ("scoring_rate{class=yes,g=a}", "positive_aeg{class=yes,g=a}", "bpsn_auc{class=yes,g=a}"):
        assert together[name].high - together[name].low > 1.5 * (alone[name].high - alone[name].low)
        assert together[name].method in (WILSON_EFFECTIVE, DELONG_CLUSTERS)


def test_the_method_of_a_comparison_is_that_of_the_figures_compared():
    rng = np.random.default_rng(6)
    gold = rng.integers(0, 2, 400)
    plain = binary(gold, np.clip(0.3 * gold + 0.7 * rng.random(400), 0, 1), np.where(np.arange(400) % 2, "a", "b"))
    shares = ("accuracy_gap{attribute=g}", "recall_gap{class=yes,attribute=g}", "recall_gap{attribute=g}")
    difference = "recall_difference{class=yes,g=a}"
    ratios = ("demographic_parity_ratio{class=yes,attribute=g}", "impact_ratio{class=yes,g=a}")
    found = audited(plain)
    for name in (*shares, difference):
        assert found[name].method.parts[0] == NEWCOMBE.parts[0], name
    assert found["f1_macro_gap{attribute=g}"].method == BOOTSTRAP_OF_EXAMPLES + SQUARE_AND_ADD
    assert found["ece_gap{attribute=g}"].method == BOOTSTRAP_OF_BINS + SQUARE_AND_ADD
    for samples in ({"clusters": np.arange(400) // 5}, {"weights": rng.lognormal(0, 1, 400)}):
        found = audited(replace(plain, **samples))
        own = {name: found[name].method for name in found}
        compared = (*shares, difference) if "clusters" in samples else shares
        for gap, figure in (
            *((name, "recall{class=yes,g=a}") for name in compared),
            ("f1_macro_gap{attribute=g}", "f1_macro{g=a}"),
            ("ece_gap{attribute=g}", "ece{g=a}"),
        ):
            expected = (own[figure] + SQUARE_AND_ADD).parts
            assert own[gap].parts[: len(expected)] == expected, gap
        expected = own["selection_rate{class=yes,g=a}"] + SQUARE_AND_ADD_RATIO
        assert all(own[name].parts[: len(expected.parts)] == expected.parts for name in ratios if own.get(name))
        assert own["recall_gap_rms{attribute=g}"].parts[-1] == STANDARD_ERRORS.parts[0]
        is_clustered = "clusters" in samples
        assert (WILSON_EFFECTIVE.parts[0] in own[shares[0]].parts) == is_clustered
        assert (WEIGHTED.parts[0] in own[shares[0]].parts) != is_clustered
