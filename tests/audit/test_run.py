import json
from dataclasses import replace

import numpy as np
import pytest

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import DataError, InputError
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import parse_measure_id
from boletim.contracts.results.audit import AuditResult

CONFIG = AuditConfig(bootstrap=200)
OVERALL = [
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "f1_micro",
    "f1_weighted",
    "mcc",
    "log_loss",
    "brier",
    "ece",
    "roc_auc_macro",
]
PER_CLASS = ["precision", "recall", "f1", "support", "roc_auc", "selection_rate", "false_positive_rate"]
GAPS_BOTH = ["recall_gap", "demographic_parity_difference", "demographic_parity_ratio", "equalized_odds_difference"]
GAPS = ["accuracy_gap", "f1_macro_gap", "ece_gap", "recall_gap_rms", "recall_gap_rms_null"]


def by_id(result):
    assert len({m.id for m in result.measures}) == len(result.measures)
    return {m.id: m for m in result.measures}


def toy(n=400, seed=0, k=3):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, k, n)
    scores = rng.dirichlet(np.ones(k), n) + 0.4 * np.eye(k)[gold]
    scores /= scores.sum(axis=1, keepdims=True)
    groups = {
        "region": np.array(["north", "south", "a,b=c"], dtype=object)[rng.integers(0, 3, n)],
        "gender": np.array(["female", "male", None], dtype=object)[rng.choice(3, n, p=[0.5, 0.4, 0.1])],
    }
    ids = np.arange(n).astype(str).astype(object)
    return Predictions(ids, gold, scores.argmax(axis=1), ("doctor", "nurse", "tailor")[:k], scores, groups=groups)


def test_every_name_of_the_interface_is_there():
    ids = by_id(audit(toy(), CONFIG, seed=1))
    wanted = [*OVERALL, "baseline_accuracy", "baseline_f1_macro", "accuracy_over_baseline"]
    for group in ("gender=female", "gender=(missing)", "gender=female,region=north"):
        wanted += [f"{name}{{{group}}}" for name in OVERALL]
        wanted += [f"{name}{{class=nurse,{group}}}" for name in PER_CLASS]
    wanted += [f"{name}{{class=nurse}}" for name in PER_CLASS]
    wanted += [f"{name}{{attribute=gender}}" for name in (*GAPS, *GAPS_BOTH)]
    wanted += [f"{name}{{class=nurse,attribute=region}}" for name in (*GAPS_BOTH, "minimum_detectable_gap")]
    wanted += ["recall{class=nurse,region=a%2Cb%3Dc}"]
    assert not [name for name in wanted if name not in ids]
    for name, measure in ids.items():
        metric, scope = parse_measure_id(name)
        assert (metric, scope) == (measure.metric, measure.scope)
        if measure.low is not None:
            assert measure.low <= measure.value <= measure.high
            assert measure.level == CONFIG.level
            assert measure.method
        if measure.value is None:
            assert measure.undefined_because


def test_crossing_is_optional():
    result = audit(toy(), AuditConfig(bootstrap=100, intersections=1), seed=1)
    assert not [m for m in result.measures if {"gender", "region"} <= set(m.scope)]


def test_result_survives_json_and_is_the_same_twice():
    first = audit(toy(), CONFIG, seed=1)
    again = audit(toy(), CONFIG, seed=1)
    text = json.dumps(first.model_dump(mode="json"), allow_nan=False)
    assert text == json.dumps(again.model_dump(mode="json"), allow_nan=False)
    assert AuditResult.model_validate_json(text) == first
    assert audit(toy(), CONFIG, seed=2).measures != first.measures


def test_data_holds_the_counts():
    predictions = toy()
    facts = audit(predictions, CONFIG, seed=1, baseline=("nurse",)).facts
    assert np.array(facts.own.confusion).sum() == predictions.n == facts.n
    assert sum(facts.groups["gender"].values()) == predictions.n
    assert facts.groups["gender"]["(missing)"] == sum(value is None for value in predictions.groups["gender"])
    assert sum(point.n for point in facts.own.reliability) == predictions.n
    females = facts.own.reliability_by_group["gender"]["female"]
    assert sum(point.n for point in females) == facts.groups["gender"]["female"]
    assert all(point.low <= point.accuracy <= point.high for point in females)
    assert (facts.kind, facts.baseline.named) == ("one_label", "nurse")
    assert facts.settings.family_size == 2 * (3 + 2) + 2  # crossed, only accuracy and macro F1 have 30 each
    assert facts.settings.fdr == 0.05


def test_three_columns_crossed_are_compared_and_missing_values_are_not_judged():
    predictions = toy(n=4000)
    predictions.groups["age"] = np.array(["young", "old"], dtype=object)[np.arange(4000) % 2]
    ids = by_id(audit(predictions, AuditConfig(bootstrap=100, intersections=3), seed=1))
    cells = {}
    for i in range(4000):
        cell = tuple(predictions.groups[column][i] for column in ("gender", "region", "age"))
        cells.setdefault(cell, []).append(predictions.gold[i] == predictions.predicted[i])
    known = [np.mean(hits) for cell, hits in cells.items() if None not in cell]
    gap = ids["accuracy_gap{attribute=region+gender+age}"]
    assert len(known) == 12
    assert gap.value == pytest.approx(max(known) - min(known))
    assert gap.q is not None
    assert ids["accuracy{age=old,gender=(missing),region=north}"].n > 30


def test_too_many_crossings_are_cut_at_the_smallest_and_said():
    rng = np.random.default_rng(0)
    n = 6000
    predictions = toy(n=n)
    city = np.array([f"c{i:02}" for i in range(30)], dtype=object)[np.minimum(rng.geometric(0.1, n), 30) - 1]
    office = np.array([f"o{i:02}" for i in range(30)], dtype=object)[rng.integers(0, 30, n)]
    predictions = Predictions(
        predictions.ids,
        predictions.gold,
        predictions.predicted,
        predictions.labels,
        None,
        groups={"a": city, "b": office},
    )
    result = audit(predictions, AuditConfig(bootstrap=100), seed=1)
    sizes = {m.id: m.n for m in result.measures if m.metric == "accuracy" and {"a", "b"} <= set(m.scope)}
    every = sorted((int(((city == c) & (office == o)).sum()) for c in set(city) for o in set(office)), reverse=True)
    assert sorted(sizes.values(), reverse=True) == every[:200]
    finding = next(f for f in result.findings if f.key == "crossings_left_out")
    assert finding.values["n_groups"] == sum(size > 0 for size in every) - 200
    assert finding.values["columns"] == "a+b"


def test_missing_group_is_shown_and_never_judged():
    predictions = toy(n=2000)
    ids = by_id(audit(predictions, CONFIG, seed=1))
    missing = ids["accuracy{gender=(missing)}"]
    assert missing.n >= CONFIG.min_group
    assert missing.value is not None
    known = ids["accuracy{gender=female}"].n + ids["accuracy{gender=male}"].n
    assert ids["accuracy_gap{attribute=gender}"].n == known == predictions.n - missing.n


def test_small_group_is_shown_and_never_judged(make_predictions):
    predictions = make_predictions([[0.9, 0.9], [0.9, 0.9], [0.0, 0.0]], [[100, 100], [100, 100], [10, 19]])
    ids = by_id(audit(predictions, CONFIG, seed=1))
    small = ids["accuracy{gender=other}"]
    assert (small.value, small.n) == (0.0, 29)
    assert small.high is not None
    assert small.undefined_because == Reason.of("below_min_group", n=29, least=30)
    assert ids["accuracy_gap{attribute=gender}"].value < 0.2
    assert ids["recall{class=c1,gender=other}"].undefined_because
    everyone = AuditConfig(bootstrap=200, min_group=1)
    assert by_id(audit(predictions, everyone, seed=1))["accuracy_gap{attribute=gender}"].value > 0.8


def test_fewer_than_two_judged_groups_is_no_gap(make_predictions):
    predictions = make_predictions([[0.9, 0.9], [0.9, 0.9]], [[100, 100], [100, 20]])
    ids = by_id(audit(predictions, CONFIG, seed=1))
    gap = ids["recall_gap{class=c1,attribute=gender}"]
    assert gap.value is None
    assert gap.undefined_because == Reason.of("few_groups_with_class", least=30)
    assert ids["recall_gap{attribute=gender}"].value == ids["recall_gap{class=c0,attribute=gender}"].value


def test_without_scores_score_measures_say_why(make_predictions):
    result = audit(make_predictions([[0.9, 0.8]], 50), CONFIG, seed=1)
    ids = by_id(result)
    for name in ("log_loss", "brier", "ece", "roc_auc_macro", "roc_auc{class=c0}", "ece{gender=female}"):
        assert ids[name].value is None
        assert ids[name].undefined_because == Reason.of("no_scores")
    assert result.facts.own.reliability == ()
    assert not [f for f in result.findings if f.kind == "calibration"]


@pytest.mark.parametrize("gold", [[0, 0, 0], [1]])
def test_one_class_and_one_example_are_audited_with_reasons(gold):
    n = len(gold)
    groups = {"g": np.array(["x"] * n, dtype=object)}
    scores = np.tile([0.3, 0.7], (n, 1))
    predictions = Predictions(
        np.arange(n).astype(object), np.array(gold), np.ones(n, dtype=int), ("a", "b"), scores, groups=groups
    )
    ids = by_id(audit(predictions, AuditConfig(bootstrap=100, min_group=1), seed=1))
    assert ids["roc_auc_macro"].value is None
    assert ids["mcc"].value is None
    assert ids["precision{class=a}"].undefined_because == Reason.of("never_predicted")
    assert ids[f"recall{{class={'ba'[gold[0]]}}}"].undefined_because == Reason.of("no_example_of_class")
    assert ids["accuracy_gap{attribute=g}"].value is None


def test_level_is_respected():
    narrow, wide = (by_id(audit(toy(), AuditConfig(bootstrap=500, level=level), seed=1)) for level in (0.8, 0.99))
    checked = 0
    for name, measure in narrow.items():
        if measure.low is not None and measure.metric != "recall_gap_rms":
            assert measure.level == 0.8
            assert wide[name].level == 0.99
            assert wide[name].high - wide[name].low >= measure.high - measure.low - 1e-12, name
            checked += 1
    assert checked > 300


def test_input_errors():
    predictions = toy(n=30)
    none = Predictions(np.array([]), np.array([], dtype=int), np.array([], dtype=int), ("a", "b"))
    with pytest.raises(DataError, match="needs examples"):
        audit(none, CONFIG, seed=1)
    with pytest.raises(InputError, match="baseline label must be one of doctor, nurse, tailor"):
        audit(predictions, CONFIG, seed=1, baseline=("cook",))
    with pytest.raises(InputError, match="one entry for each example"):
        audit(replace(predictions, clusters=np.arange(3)), CONFIG, seed=1)
    taken = Predictions(
        predictions.ids,
        predictions.gold,
        predictions.predicted,
        predictions.labels,
        None,
        groups={"class": predictions.ids},
    )
    with pytest.raises(InputError, match="may not be called 'class'"):
        audit(taken, CONFIG, seed=1)
    with pytest.raises(InputError, match="did you mean 'accuracy'"):
        audit(predictions, AuditConfig(metrics=("acuracy",)), seed=1)


def test_clusters_widen_every_interval():
    base = toy(n=300)
    copies = np.repeat(np.arange(300), 4)  # each text written four times: 300 texts' worth of evidence, not 1200
    groups = {name: values[copies] for name, values in base.groups.items()}
    ids = np.arange(1200).astype(str).astype(object)
    predictions = Predictions(
        ids, base.gold[copies], base.predicted[copies], base.labels, base.scores[copies], groups=groups
    )
    plain = by_id(audit(predictions, CONFIG, seed=1))
    clustered = by_id(audit(replace(predictions, clusters=copies), CONFIG, seed=1))
    single = by_id(audit(base, CONFIG, seed=1))
    names = ["accuracy", "f1_macro", "roc_auc_macro", "log_loss", "brier", "recall{class=nurse}"]
    for name in [*names, "accuracy_over_baseline"]:
        width = clustered[name].high - clustered[name].low
        assert clustered[name].method.parts[0] != plain[name].method.parts[0]
        assert width > 1.6 * (plain[name].high - plain[name].low)
        assert width == pytest.approx(single[name].high - single[name].low, rel=0.25)
    gap = "accuracy_gap{attribute=gender}"
    assert clustered[gap].high > plain[gap].high
    assert clustered[gap].p > plain[gap].p


def test_clusters_that_are_all_right_leave_as_much_doubt_as_their_number():
    n = 400
    gold = np.arange(n) % 2
    predictions = Predictions(np.arange(n).astype(object), gold, gold, ("a", "b"))
    clustered = by_id(audit(replace(predictions, clusters=np.arange(n) // 20), CONFIG, seed=1))
    for name in ("accuracy", "f1_macro", "recall{class=a}"):
        assert clustered[name].low < 0.9
    assert by_id(audit(predictions, CONFIG, seed=1))["accuracy"].low > 0.98
