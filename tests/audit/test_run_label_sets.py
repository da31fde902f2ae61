"""The audit of label sets against scikit-learn, against counting by hand, and on planted gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from boletim.audit.run import audit
from boletim.audit.tally.sets import count_sets, draw_sets
from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import InputError

CONFIG = AuditConfig(bootstrap=200, min_group=5)
OVERALL = ("accuracy", "f1_macro", "f1_micro", "f1_samples", "hamming_loss")


def sets_of(gold, predicted, scores=None, **groups):
    gold, predicted = np.asarray(gold, dtype=bool), np.asarray(predicted, dtype=bool)
    return LabelSets(
        ids=np.arange(len(gold)).astype(str).astype(object),
        gold=gold,
        predicted=predicted,
        labels=tuple(f"c{i}" for i in range(gold.shape[1])),
        scores=scores,
        groups={name: np.asarray(values, dtype=object) for name, values in groups.items()},
    )


def audited(found, config=CONFIG, **more):
    result = audit(found, config, seed=1, **more)
    return {measure.id: measure for measure in result.measures}, result


@st.composite
def answers(draw):
    k, n = draw(st.integers(2, 5)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share = rng.choice([0.0, 0.1, 0.5, 0.9, 1.0], size=k)
    gold = rng.random((n, k)) < share
    predicted = gold ^ (rng.random((n, k)) < draw(st.sampled_from([0.0, 0.2, 0.6, 1.0])))
    return gold, predicted, np.round(rng.random((n, k)), 1)


@settings(max_examples=60, deadline=None)
@given(answers())
def test_figures_are_those_of_scikit_learn(given_answers):
    gold, predicted, scores = given_answers
    n, k = gold.shape
    found, result = audited(sets_of(gold, predicted, scores))
    expected = {
        "accuracy": sk.accuracy_score(gold, predicted),
        "hamming_loss": sk.hamming_loss(gold, predicted),
        "f1_samples": sk.f1_score(gold, predicted, average="samples", zero_division=0),
    }
    if (gold | predicted).any():
        expected["f1_micro"] = sk.f1_score(gold, predicted, average="micro")
        expected["f1_macro"] = sk.f1_score(gold, predicted, average="macro", zero_division=np.nan)
    for name, value in expected.items():
        assert found[name].value == pytest.approx(value, abs=1e-12), name
        assert found[name].n == n
    table = sk.multilabel_confusion_matrix(gold, predicted)
    precision, recall, f1, support = sk.precision_recall_fscore_support(gold, predicted, zero_division=0)
    for c in range(k):
        assert tuple(result.facts.own.counts[c].model_dump().values()) == (
            table[c, 1, 1],
            table[c, 1, 0],
            table[c, 0, 1],
            table[c, 0, 0],
        )
        assert found[f"support{{class=c{c}}}"].value == support[c]
        if support[c]:
            assert found[f"recall{{class=c{c}}}"].value == pytest.approx(recall[c])
            assert found[f"f1{{class=c{c}}}"].value == pytest.approx(f1[c])
            precision_of_scores = sk.average_precision_score(gold[:, c], scores[:, c])
            assert found[f"average_precision{{class=c{c}}}"].value == pytest.approx(precision_of_scores)
        else:
            assert found[f"recall{{class=c{c}}}"].value is None
        if predicted[:, c].any():
            assert found[f"precision{{class=c{c}}}"].value == pytest.approx(precision[c])
        assert found[f"selection_rate{{class=c{c}}}"].value == pytest.approx(predicted[:, c].mean())
        if 0 < support[c] < n:
            area = sk.roc_auc_score(gold[:, c], scores[:, c])
            assert found[f"roc_auc{{class=c{c}}}"].value == pytest.approx(area)
    for name in OVERALL:
        one = found[name]
        assert one.low is None or one.low <= one.value <= one.high


@settings(max_examples=25, deadline=None)
@given(answers())
def test_the_order_of_examples_and_of_labels_changes_no_figure(given_answers):
    gold, predicted, _ = given_answers
    rows, columns = np.arange(len(gold))[::-1], np.arange(gold.shape[1])[::-1]
    first, _ = audited(sets_of(gold, predicted))
    second, _ = audited(sets_of(gold[rows][:, columns], predicted[rows][:, columns]))
    for name in OVERALL:
        assert second[name].value == pytest.approx(first[name].value) or first[name].value is None
    last = gold.shape[1] - 1
    assert second["recall{class=c0}"].value == first[f"recall{{class=c{last}}}"].value


def test_macro_auc_of_two_labels_is_the_mean_of_both():
    rng = np.random.default_rng(3)
    gold = rng.random((200, 2)) < 0.4
    scores = np.column_stack([np.where(gold[:, 0], 0.9, 0.1), rng.random(200)])
    found, _ = audited(sets_of(gold, scores >= 0.5, scores))
    assert found["roc_auc_macro"].value == pytest.approx(sk.roc_auc_score(gold, scores, average="macro"))
    assert found["roc_auc{class=c0}"].value == 1.0


def test_thresholds_count_each_label_alone():
    gold = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], dtype=bool)
    scores = np.array([[0.95, 0.2], [0.35, 0.6], [0.45, 0.8], [0.1, 0.7]])
    found, _ = audited(sets_of(gold, scores >= 0.5, scores))
    assert found["recall_at_threshold{class=c0,threshold=0.3}"].value == 1.0
    assert found["precision_at_threshold{class=c0,threshold=0.3}"].value == pytest.approx(2 / 3)
    assert found["recall_at_threshold{class=c1,threshold=0.7}"].value == 0.5
    assert found["false_positive_rate_at_threshold{class=c1,threshold=0.7}"].value == 0.5


def test_a_planted_gap_in_one_label_is_shown_and_others_are_not():
    rng = np.random.default_rng(5)
    n = 6000
    group = rng.choice(["female", "male"], n)
    gold = rng.random((n, 3)) < 0.4
    missed = np.where((group == "female")[:, None] & (np.arange(3) == 1), 0.4, 0.1)
    predicted = np.where(gold, rng.random((n, 3)) >= missed, rng.random((n, 3)) < 0.05)
    found, result = audited(sets_of(gold, predicted, gender=group), AuditConfig(bootstrap=200))
    verdicts = {f.values.get("class"): f.verdict for f in result.findings if f.key.startswith("recall_gap")}
    assert verdicts == {"c0": "shown absent", "c1": "shown", "c2": "shown absent"}
    gap = found["recall_gap{class=c1,attribute=gender}"]
    assert gap.low <= 0.3 <= gap.high
    assert gap.q < 0.001
    assert "ece_gap{attribute=gender}" not in found


def test_no_false_gap_is_shown_more_often_than_the_family_allows():
    rng = np.random.default_rng(11)
    n_shown = 0
    for _ in range(40):
        gold = rng.random((400, 4)) < 0.3
        predicted = np.where(gold, rng.random((400, 4)) < 0.7, rng.random((400, 4)) < 0.1)
        _, result = audited(sets_of(gold, predicted, gender=rng.choice(["a", "b", "c"], 400)))
        n_shown += any(f.kind == "disparity" and f.verdict == "shown" for f in result.findings)
    assert n_shown <= 4


@pytest.mark.parametrize("metric", ["f1_macro", "f1_micro", "f1_samples", "hamming_loss"])
def test_intervals_of_whole_sets_cover(metric):
    """Truth from 400,000 examples of a model whose labels depend on each other; 500 samples of 150."""

    def draw(n, rng):
        mood = rng.random((n, 1))
        gold = rng.random((n, 4)) < mood * np.array([0.8, 0.5, 0.3, 0.15])
        hard = 0.1 + 0.3 * rng.random((n, 1))
        return gold, np.where(gold, rng.random((n, 4)) >= hard, rng.random((n, 4)) < hard / 3)

    rng = np.random.default_rng(17)
    gold, predicted = draw(400_000, rng)
    value = audit_value(metric, gold, predicted)
    n_covered = 0
    for _ in range(500):
        gold, predicted = draw(150, rng)
        low, high = limits_of(metric, gold, predicted, rng)
        n_covered += low <= value <= high
    assert 0.91 <= n_covered / 500 <= 0.985


def audit_value(metric, gold, predicted):
    from boletim.audit.metrics.label_sets import label_set_metrics

    chosen = next(m for m in label_set_metrics() if m.name == metric)
    return float(chosen.of_counts(count_sets(gold, predicted)))


def limits_of(metric, gold, predicted, rng):
    from boletim.audit.metrics.label_sets import label_set_metrics
    from boletim.audit.statistics.bootstrap import metric_limits

    chosen = next(m for m in label_set_metrics() if m.name == metric)
    value = float(chosen.of_counts(count_sets(gold, predicted)))
    return metric_limits(chosen.of_counts, draw_sets(gold, predicted, 300, rng), value, 0.95, 0.0, 1.0)


def test_without_an_error_the_interval_is_open_below():
    gold = np.eye(3, dtype=bool)[np.arange(60) % 3]
    found, _ = audited(sets_of(gold, gold))
    for name in ("accuracy", "f1_macro", "f1_micro", "f1_samples"):
        assert found[name].value == 1.0, name
        assert 0.85 < found[name].low < 1.0, name
    assert found["hamming_loss"].value == 0.0
    assert 0 < found["hamming_loss"].high < 0.1


def test_the_baseline_is_the_most_frequent_set():
    gold = np.array([[1, 1]] * 6 + [[0, 0]] * 3 + [[0, 1]] * 3, dtype=bool)
    predicted = gold.copy()
    predicted[0] = [0, 0]
    found, result = audited(sets_of(gold, predicted))
    assert result.facts.baseline.named == "{c0, c1}"
    assert found["baseline_accuracy"].value == 0.5
    always = np.ones_like(gold)
    assert found["baseline_f1_macro"].value == pytest.approx(sk.f1_score(gold, always, average="macro"))
    assert found["accuracy_over_baseline"].value == pytest.approx(11 / 12 - 0.5)
    _, trained = audited(sets_of(gold, predicted), baseline=[])
    assert (trained.facts.baseline.named, trained.facts.baseline.origin) == ("{}", "training")


def test_clusters_widen_every_interval():
    rng = np.random.default_rng(2)
    gold = np.repeat(rng.random((40, 3)) < 0.5, 10, axis=0)
    predicted = np.repeat(rng.random((40, 3)) < 0.5, 10, axis=0)
    alone = sets_of(gold, predicted)
    together = LabelSets(alone.ids, gold, predicted, alone.labels, clusters=np.repeat(np.arange(40), 10).astype(object))
    first, _ = audited(alone)
    second, _ = audited(together)
    for name in (*OVERALL, "recall{class=c1}"):
        assert second[name].high - second[name].low > 1.8 * (first[name].high - first[name].low), name


@pytest.mark.parametrize("more", [{"costs": {"c0>c1": 2.0}}, {"metrics": ("evaluate:accuracy",)}])
def test_what_needs_one_label_per_text_is_refused(more):
    with pytest.raises(InputError, match="one label per text"):
        audited(sets_of(np.eye(2), np.eye(2)), AuditConfig(**more))
