import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, recall_score
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar

from boletim.audit.comparison.two_models import compare
from boletim.audit.statistics.homogeneity import mcnemar, mcnemar_mid
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.errors import InputError
from boletim.contracts.meaning import Reason
from boletim.contracts.method import BOOTSTRAP_EFFECTIVE, PAIRED

LABELS = ("a", "b", "c")


def predictions(gold, said, ids=None, labels=LABELS, clusters=None):
    ids = np.arange(len(gold)) if ids is None else ids
    return Predictions(np.array(ids, dtype=object), np.array(gold), np.array(said), labels, clusters=clusters)


def models(n, rng, first=0.7, second=0.75, shared=0.8):
    """Two models that err on much the same examples."""
    gold = rng.integers(0, 3, n)
    common, alone = rng.random(n), rng.random((2, n))
    luck = np.where(rng.random((2, n)) < shared, common, alone)
    wrong = (gold + rng.integers(1, 3, n)) % 3
    return gold, np.where(luck[0] < first, gold, wrong), np.where(luck[1] < second, gold, wrong)


def test_mid_p_of_the_airway_example():
    """Fagerland et al. (2013), table 2: 1 and 7 discordant pairs, exact 0.070 and mid-p 0.039."""
    assert mcnemar(1, 7) == pytest.approx(0.0703125)
    assert mcnemar_mid(1, 7) == mcnemar_mid(7, 1) == pytest.approx(0.0390625)
    assert mcnemar_mid(0, 0) == 1.0
    assert mcnemar_mid(5, 5) == 1.0
    for b, c in ((3, 9), (10, 4), (0, 6)):
        assert mcnemar(b, c) == pytest.approx(statsmodels_mcnemar([[5, b], [c, 5]], exact=True).pvalue)


def test_values_are_differences_of_sklearn_in_any_order_of_rows_and_labels():
    rng = np.random.default_rng(0)
    gold, one, two = models(300, rng)
    order = rng.permutation(300)
    turned = np.array([2, 1, 0])
    second = predictions(turned[gold[order]], turned[two[order]], order, LABELS[::-1])
    found = {m.id: m for m in compare(predictions(gold, one), second)}

    def change(metric, **kwargs):
        return metric(gold, two, **kwargs) - metric(gold, one, **kwargs)

    assert found["accuracy_change"].value == pytest.approx(change(accuracy_score))
    assert found["f1_macro_change"].value == pytest.approx(change(f1_score, average="macro"))
    for c, label in enumerate(LABELS):
        recall = found[f"recall_change{{class={label}}}"]
        assert recall.value == pytest.approx(change(recall_score, average=None)[c])
        assert recall.n == (gold == c).sum()
        assert recall.p <= recall.q
    assert all(m.low <= m.value <= m.high for m in found.values())


def test_intervals_cover_the_true_change():
    rng, n_covered, n_runs = np.random.default_rng(1), np.zeros(2), 300
    for run in range(n_runs):
        gold, one, two = models(150, rng)
        found = {m.id: m for m in compare(predictions(gold, one), predictions(gold, two), n_draws=300, seed=run)}
        for i, name in enumerate(("accuracy_change", "f1_macro_change")):  # classes alike, so both change by 0.05
            n_covered[i] += found[name].low <= 0.05 <= found[name].high
    assert (n_covered / n_runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / n_runs)).all()


def test_pairing_makes_intervals_narrower():
    rng = np.random.default_rng(2)
    gold, one, two = models(600, rng, shared=0.95)
    _, _, other = models(600, np.random.default_rng(3), shared=0.0)
    paired = compare(predictions(gold, one), predictions(gold, two))[:2]
    loose = compare(predictions(gold, one), predictions(gold, np.where(other == 0, gold, two[::-1])))[:2]
    for close, wide in zip(paired, loose, strict=True):
        assert close.high - close.low < 0.7 * (wide.high - wide.low)


def test_two_equal_models_are_not_certain_to_be_equal():
    gold, one, _ = models(90, np.random.default_rng(4))
    for measure in compare(predictions(gold, one), predictions(gold, one)):
        assert measure.value == 0
        assert measure.low < 0 < measure.high
        assert measure.p in (None, 1.0)


def test_clusters_widen_the_intervals_and_are_not_tested():
    rng = np.random.default_rng(5)
    author = np.repeat(np.arange(30), 10)
    gold, one, _ = models(300, rng)
    two = np.where((author % 3 == 0), gold, one)
    alone = compare(predictions(gold, one), predictions(gold, two))
    together = compare(predictions(gold, one, clusters=author), predictions(gold, two))
    for wide, narrow in zip(together[:2], alone[:2], strict=True):  # accuracy, macro F1
        assert wide.high - wide.low > 1.2 * (narrow.high - narrow.low)
    assert {m.p for m in together} == {None}
    assert together[1].method == BOOTSTRAP_EFFECTIVE + PAIRED


def test_a_class_without_examples_has_no_change():
    found = compare(predictions([0, 0, 1], [0, 1, 1]), predictions([0, 0, 1], [0, 0, 1]))
    assert found[-1].value is None
    assert found[-1].undefined_because == Reason.of("no_example_of_class")


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (predictions([0, 1], [0, 1], ["x", "y"]), "occur in one only, such as '0'"),
        (predictions([0, 1], [0, 1], [0, 0]), "an id occurs twice"),
        (predictions([0, 2], [0, 1]), "1 example has another true class"),
    ],
)
def test_what_cannot_be_compared(second, reason):
    with pytest.raises(InputError, match=reason):
        compare(predictions([0, 1], [0, 1]), second)
