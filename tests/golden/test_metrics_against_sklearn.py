"""Every value agrees with scikit-learn to 1e-9, on random and degenerate inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from audit.counts import confusion, counts_of
from audit.metrics._metric import find_metric
from audit.run import audit_predictions
from boletim.contracts.config import AuditConfig
from boletim.contracts.predictions import Predictions

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")


@st.composite
def labelled(draw):
    k = draw(st.integers(2, 5))
    n = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    classes = draw(st.integers(1, k))
    gold = rng.integers(0, classes, n)
    scores = rng.dirichlet(np.full(k, 0.6), n)
    if draw(st.booleans()):
        scores = np.round(scores, 1) + 1e-3
        scores /= scores.sum(axis=1, keepdims=True)
    predicted = np.where(rng.random(n) < draw(st.floats(0, 1)), gold, rng.integers(0, k, n))
    return gold, predicted, scores


def of_counts(name, gold, predicted, k):
    return np.asarray(find_metric(name).of_counts(counts_of(confusion(gold, predicted, k))))


def same(ours, theirs):
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(labelled())
@settings(max_examples=150, deadline=None)
def test_label_metrics(case):
    gold, predicted, scores = case
    k = scores.shape[1]
    same(of_counts("accuracy", gold, predicted, k), sk.accuracy_score(gold, predicted))
    same(of_counts("f1_micro", gold, predicted, k), sk.f1_score(gold, predicted, average="micro"))
    same(of_counts("f1_macro", gold, predicted, k), sk.f1_score(gold, predicted, average="macro", zero_division=0))
    same(
        of_counts("f1_weighted", gold, predicted, k), sk.f1_score(gold, predicted, average="weighted", zero_division=0)
    )
    same(of_counts("balanced_accuracy", gold, predicted, k), sk.balanced_accuracy_score(gold, predicted))
    if len(set(gold)) > 1 and len(set(predicted)) > 1:
        same(of_counts("mcc", gold, predicted, k), sk.matthews_corrcoef(gold, predicted))
    else:
        assert np.isnan(of_counts("mcc", gold, predicted, k))


@given(labelled())
@settings(max_examples=150, deadline=None)
def test_per_class_metrics(case):
    gold, predicted, scores = case
    k = scores.shape[1]
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        gold, predicted, labels=range(k), zero_division=np.nan
    )
    np.testing.assert_allclose(of_counts("precision", gold, predicted, k), precision, atol=1e-9)
    np.testing.assert_allclose(of_counts("recall", gold, predicted, k), recall, atol=1e-9)
    np.testing.assert_array_equal(of_counts("support", gold, predicted, k), support)
    np.testing.assert_allclose(of_counts("f1", gold, predicted, k), np.where(support > 0, f1, np.nan), atol=1e-9)
    for c, matrix in enumerate(sk.multilabel_confusion_matrix(gold, predicted, labels=range(k))):
        (tn, fp), (fn, tp) = matrix
        rate = fp / (fp + tn) if fp + tn else np.nan
        np.testing.assert_allclose(of_counts("false_positive_rate", gold, predicted, k)[c], rate, atol=1e-9)
        np.testing.assert_allclose(of_counts("selection_rate", gold, predicted, k)[c], (tp + fp) / len(gold), atol=1e-9)
        assert fn == support[c] - tp


@given(labelled())
@settings(max_examples=150, deadline=None)
def test_score_metrics(case):
    gold, _, scores = case
    k = scores.shape[1]
    labels = list(range(k))
    same(find_metric("log_loss").of_scores(gold, scores).mean(), sk.log_loss(gold, y_proba=scores, labels=labels))
    ours = find_metric("brier").of_scores(gold, scores).mean()
    if k > 2:
        same(ours, sk.brier_score_loss(gold, scores, labels=labels))
    else:
        same(ours, sk.brier_score_loss(gold, scores[:, 1], labels=labels, pos_label=1))
    per_class = find_metric("roc_auc").of_scores(gold, scores)
    for c in range(k):
        is_class = gold == c
        if 0 < is_class.sum() < len(gold):
            same(per_class[c], sk.roc_auc_score(is_class, scores[:, c]))
        else:
            assert np.isnan(per_class[c])
    macro = find_metric("roc_auc_macro").of_scores(gold, scores)
    if len(set(gold)) == k:
        y_score = scores if k > 2 else scores[:, 1]
        same(macro, sk.roc_auc_score(gold, y_score, multi_class="ovr", average="macro"))
    elif len(set(gold)) == 1:
        assert np.isnan(macro)


def test_log_loss_clips_as_sklearn_does():
    gold, scores = np.array([0, 1, 1]), np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    same(find_metric("log_loss").of_scores(gold, scores).mean(), sk.log_loss(gold, y_proba=scores))


def test_figures_of_groups_are_sklearn_on_their_rows():
    rng = np.random.default_rng(4)
    n, labels = 600, ("ant", "bee", "cow")
    gold = rng.integers(0, 3, n)
    scores = rng.dirichlet(np.ones(3), n)
    predicted = scores.argmax(axis=1)
    column = np.array(["x", "y", None], dtype=object)[rng.integers(0, 3, n)]
    other = np.array(["p", "q"], dtype=object)[rng.integers(0, 2, n)]
    ids = np.arange(n).astype(str).astype(object)
    predictions = Predictions(ids, gold, predicted, labels, scores, {"g": column, "h": other})
    result = audit_predictions(predictions, AuditConfig(bootstrap=200), seed=1)
    by_id = {measure.id: measure for measure in result.measures}
    for group in ("x", "y", None):
        rows = np.array([value == group for value in column])
        name = group or "(missing)"
        same(by_id[f"accuracy{{g={name}}}"].value, sk.accuracy_score(gold[rows], predicted[rows]))
        same(by_id[f"f1_macro{{g={name}}}"].value, sk.f1_score(gold[rows], predicted[rows], average="macro"))
        same(by_id[f"roc_auc_macro{{g={name}}}"].value, sk.roc_auc_score(gold[rows], scores[rows], multi_class="ovr"))
        rows &= other == "p"
        recall = sk.recall_score(gold[rows], predicted[rows], average=None)
        same(by_id[f"recall{{class=bee,g={name},h=p}}"].value, recall[1])
        assert by_id[f"recall{{class=bee,g={name},h=p}}"].n == (gold[rows] == 1).sum()
