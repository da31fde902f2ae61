"""Every value agrees with scikit-learn to 1e-9, on random and degenerate inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from boletim.audit.metrics.metric import find_metric
from boletim.audit.run import audit
from boletim.audit.statistics.average_precision import one_vs_rest_precision
from boletim.audit.statistics.brier_parts import PARTS
from boletim.audit.statistics.counts import confusion, counts_of
from boletim.audit.statistics.delong import one_vs_rest
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig

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
    if len({*gold, *predicted}) > 1:
        same(of_counts("cohen_kappa", gold, predicted, k), sk.cohen_kappa_score(gold, predicted))
    else:
        assert np.isnan(of_counts("cohen_kappa", gold, predicted, k))
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


@given(labelled())
@settings(max_examples=150, deadline=None)
def test_average_precision_and_top_k(case):
    gold, _, scores = case
    k = scores.shape[1]
    ours = find_metric("average_precision").of_scores(gold, scores)
    for c in range(k):
        if (gold == c).any():
            same(ours[c], sk.average_precision_score(gold == c, scores[:, c]))
        else:
            assert np.isnan(ours[c])
    top = find_metric("top_k_accuracy").of_scores(gold, scores)
    if k == 2:
        assert np.isnan(top).all()
        return
    # scikit-learn gives ties to the last class, here they go to the first, as the predicted class does
    theirs = sk.top_k_accuracy_score(k - 1 - gold, scores[:, ::-1], k=2, labels=range(k))
    same(top.mean(), theirs)


@given(labelled())
@settings(max_examples=100, deadline=None)
def test_the_parts_of_the_brier_score_add_up_to_it(case):
    gold, _, scores = case
    part = {name: find_metric(f"brier_{name}").of_scores(gold, scores) for name in PARTS}
    same(
        part["reliability"] - part["resolution"] + part["uncertainty"],
        find_metric("brier").of_scores(gold, scores).mean(),
    )
    shares = np.bincount(gold, minlength=scores.shape[1]) / len(gold)
    same(part["uncertainty"], (1 - (shares**2).sum()) / (2 if scores.shape[1] == 2 else 1))


def test_parts_of_the_brier_score_by_hand():
    """Five forecasts of 0.2 with one event, five of 0.6 with four: Murphy's own three terms."""
    chance = np.repeat([0.2, 0.6], 5)
    gold = np.array([1, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    scores = np.column_stack([1 - chance, chance])
    values = [find_metric(f"brier_{name}").of_scores(gold, scores) for name in PARTS]
    assert values == pytest.approx([0.5 * 0.2**2, 0.5 * 0.3**2 + 0.5 * 0.3**2, 0.25])


@pytest.mark.parametrize(
    "weighted",
    [
        lambda gold, scores, w: sk.average_precision_score(gold == 1, scores[:, 1], sample_weight=w),
        lambda gold, scores, w: sk.roc_auc_score(gold == 1, scores[:, 1], sample_weight=w),
    ],
)
def test_influences_are_the_derivatives_by_each_weight(weighted):
    rng = np.random.default_rng(8)
    gold, scores = rng.integers(0, 3, 40), np.round(rng.dirichlet(np.ones(3), 40), 1)
    is_precision = "average" in weighted.__code__.co_names[1]
    found = one_vs_rest_precision(gold, scores) if is_precision else one_vs_rest(gold, scores)
    step, derivatives = 1e-6, []
    for i in range(40):
        up, down = np.ones(40), np.ones(40)
        up[i], down[i] = 1 + step, 1 - step
        derivatives.append((weighted(gold, scores, up) - weighted(gold, scores, down)) / (2 * step))
    n_side = np.where(gold == 1, (gold == 1).sum(), (gold != 1).sum())
    scale = 1.0 if is_precision else np.sqrt((n_side - 1) / n_side)  # DeLong divides by n - 1
    np.testing.assert_allclose(found.influence[:, 1] * scale, derivatives, atol=1e-6)


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
    predictions = Predictions(ids, gold, predicted, labels, scores, groups={"g": column, "h": other})
    result = audit(predictions, AuditConfig(bootstrap=200), seed=1)
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
