import numpy as np
import pytest

from boletim.audit.findings import calibration_finding, gap_verdict
from boletim.audit.run import audit
from boletim.audit.statistics.multiplicity import benjamini_hochberg
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure

CONFIG = AuditConfig(bootstrap=300)


def found(result, kind):
    return [finding for finding in result.findings if finding.kind == kind]


def test_a_planted_gap_of_0_4_is_recovered_and_shown(make_predictions):
    recalls = [[0.9, 0.55], [0.9, 0.95]]
    n_inside = 0
    for seed in range(20):
        result = audit(make_predictions(recalls, 120, seed, labels=("nurse", "surgeon")), CONFIG, seed=seed)
        ids = {m.id: m for m in result.measures}
        gap = ids["recall_gap{class=surgeon,attribute=gender}"]
        n_inside += gap.low <= 0.4 <= gap.high
        finding = next(f for f in found(result, "disparity") if f.measures[0] == gap.id)
        assert finding.verdict == "shown"
        assert finding.severity == "high"
        assert gap.q <= 0.05
    assert n_inside >= 17
    low, high = ids["recall{class=surgeon,gender=female}"], ids["recall{class=surgeon,gender=male}"]
    said = finding.values
    assert finding.key == "recall_gap_shown"
    assert (said["class"], said["low_group"], said["low_n"], said["high_group"]) == ("surgeon", "female", 120, "male")
    assert (said["low_value"], said["high_value"]) == (low.value, high.value)
    assert finding.values["gap"] == gap.value
    assert {low.id, high.id} <= set(finding.measures)


def test_every_finding_names_measures_that_exist(make_predictions):
    result = audit(make_predictions([[0.9, 0.6, 0.8], [0.9, 0.9, 0.8]], 60), CONFIG, seed=1)
    ids = {m.id for m in result.measures}
    for finding in result.findings:
        assert finding.measures
        assert set(finding.measures) <= ids
        assert finding.key
    assert len(found(result, "disparity")) == 3 + 2


def test_no_gap_and_many_examples_is_shown_absent(make_predictions):
    result = audit(make_predictions([[0.9, 0.9], [0.9, 0.9]], 5000), CONFIG, seed=1)
    assert {f.verdict for f in found(result, "disparity")} == {"shown absent"}
    assert {f.severity for f in found(result, "disparity")} == {"info"}


def test_no_gap_and_few_examples_is_insufficient_with_the_detectable_gap(make_predictions):
    result = audit(make_predictions([[0.9, 0.9], [0.9, 0.9]], 40), CONFIG, seed=1)
    recalls = [f for f in found(result, "disparity") if f.key.startswith("recall_gap")]
    assert {f.verdict for f in recalls} == {"insufficient evidence"}
    assert all(0.1 < f.values["minimum"] < 0.4 for f in recalls)


@pytest.mark.parametrize(
    ("low", "high", "q", "verdict"),
    [
        (0.06, 0.3, 0.01, "shown"),
        (0.06, 0.3, 0.06, "insufficient evidence"),
        (0.05, 0.3, 0.01, "insufficient evidence"),
        (0.0, 0.05, 0.9, "shown absent"),
        (0.01, 0.04, 0.001, "shown absent"),
        (0.0, 0.06, 0.9, "insufficient evidence"),
    ],
)
def test_three_verdicts(low, high, q, verdict):
    gap = Measure(id="g", metric="recall_gap", value=(low + high) / 2, low=low, high=high, n=9, q=q)
    assert gap_verdict(gap, margin=0.05, level=0.95) == verdict


def test_q_is_over_the_whole_declared_family(make_predictions):
    predictions = make_predictions([[0.9, 0.6, 0.8], [0.9, 0.9, 0.8]], 60)
    rng = np.random.default_rng(0)
    predictions.groups["region"] = np.array(["n", "s", "w"], dtype=object)[rng.integers(0, 3, predictions.n)]
    result = audit(predictions, CONFIG, seed=1)
    family = [m for m in result.measures if m.q is not None]
    assert {m.scope["attribute"] for m in family} == {"gender", "region", "gender+region"}
    assert len(family) == 2 * (3 + 2) + 2 == result.facts.settings.family_size
    assert not [m for m in result.measures if m.metric.endswith("_gap") and m.p is not None and m.q is None]
    np.testing.assert_allclose([m.q for m in family], benjamini_hochberg([m.p for m in family]))


def test_a_model_that_answers_the_majority_only(make_predictions):
    predictions = make_predictions([[1.0, 0.0]], [[300, 80]])
    baseline = found(audit(predictions, CONFIG, seed=1, baseline=("c0",)), "baseline")[0]
    assert (baseline.verdict, baseline.severity, baseline.key) == ("shown", "high", "baseline_not_beaten")
    assert baseline.values["origin"] == "training"


def test_a_good_model_beats_the_baseline(make_predictions):
    result = audit(make_predictions([[0.9, 0.9]], [[300, 80]]), CONFIG, seed=1)
    baseline = found(result, "baseline")[0]
    assert (baseline.verdict, baseline.severity) == ("shown absent", "info")
    assert baseline.key == "baseline_beaten_test"
    over = next(m for m in result.measures if m.id == "accuracy_over_baseline")
    assert over.method.parts[-1].kind == "majority_test"


def test_a_small_sample_leaves_the_baseline_open(make_predictions):
    result = audit(make_predictions([[0.9, 0.2]], [[15, 5]], seed=3), CONFIG, seed=1)
    baseline = found(result, "baseline")[0]
    assert (baseline.verdict, baseline.severity) == ("insufficient evidence", "medium")


def test_nothing_of_high_severity_rests_on_insufficient_evidence():
    with pytest.raises(ValueError, match="must be shown"):
        Finding(severity="high", kind="x", key="so", verdict="insufficient evidence", measures=())


@pytest.mark.parametrize(
    ("low", "high", "verdict", "severity"),
    [(0.06, 0.1, "shown", "low"), (0.0, 0.04, "shown absent", "info"), (0.02, 0.09, "insufficient evidence", "info")],
)
def test_calibration(low, high, verdict, severity):
    finding = calibration_finding(Measure(id="ece", metric="ece", value=(low + high) / 2, low=low, high=high, n=9))
    assert (finding.verdict, finding.severity) == (verdict, severity)


def test_classes_that_cannot_be_judged_are_summed_up(make_predictions):
    predictions = make_predictions([[0.9, 0.9], [0.9, 0.9]], [[100, 12], [100, 20]])
    finding = found(audit(predictions, CONFIG, seed=1), "data")[0]
    assert finding.verdict == "insufficient evidence"
    assert (finding.values["n_classes"], finding.values["n_all_classes"]) == (1, 2)


def crossed(make_predictions, recalls):
    """Predictions of two classes; groups by the four crossings of gender and region."""
    predictions = make_predictions(recalls, 300)
    cell = predictions.groups.pop("gender")
    predictions.groups["gender"] = np.where(np.isin(cell, ["female", "male"]), "f", "m").astype(object)
    predictions.groups["region"] = np.where(np.isin(cell, ["female", "other"]), "n", "s").astype(object)
    result = audit(predictions, AuditConfig(bootstrap=200), seed=1)
    shown = {f.measures[0]: f for f in found(result, "disparity") if f.verdict == "shown"}
    return shown, result


def test_a_crossed_gap_that_repeats_that_of_a_column_is_low(make_predictions):
    shown, _ = crossed(make_predictions, [[0.5, 0.9], [0.5, 0.9], [0.9, 0.9], [0.9, 0.9]])
    of_column, of_both = (shown[f"recall_gap{{class=c0,attribute={name}}}"] for name in ("gender", "gender+region"))
    assert (of_column.rule, of_column.severity) == ("far_beyond", "high")
    assert (of_both.rule, of_both.severity) == ("repeats", "low")


def test_a_gap_that_only_the_crossing_has_is_not(make_predictions):
    shown, _ = crossed(make_predictions, [[0.5, 0.9], [0.9, 0.9], [0.9, 0.9], [0.5, 0.9]])
    assert "recall_gap{class=c0,attribute=gender}" not in shown
    finding = shown["recall_gap{class=c0,attribute=gender+region}"]
    assert finding.severity == "high"
    assert {finding.values["low_group"], finding.values["high_group"]} <= {"f × n", "f × s", "m × n", "m × s"}
    assert any("gender=f,region=n" in name or "gender=m,region=s" in name for name in finding.measures)
