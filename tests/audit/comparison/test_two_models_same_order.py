import numpy as np
import pytest

from boletim.audit.comparison.paired import are_same_examples, in_same_order
from boletim.contracts.answers.one_label import Predictions


def test_the_order_of_rows_does_not_matter_where_ids_tell_which_is_which():
    old = Predictions(
        ids=np.array(["a", "b", "c"], dtype=object),
        gold=np.array([0, 1, 0]),
        predicted=np.array([0, 1, 1]),
        labels=("x", "y"),
        scores=np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]),
        groups={"g": np.array(["m", None, "f"], dtype=object)},
        weights=np.array([1.0, 2.0, 3.0]),
    )
    order = [2, 0, 1]
    new = Predictions(
        ids=old.ids[order], gold=old.gold[order], predicted=old.predicted[order], labels=old.labels,
        scores=old.scores[order], groups={"g": old.groups["g"][order]}, weights=old.weights[order],
    )  # fmt: skip
    assert not are_same_examples(old, new)
    again = in_same_order(new, old)
    assert are_same_examples(old, again)
    assert again.predicted.tolist() == [0, 1, 1]
    assert again.scores.tolist() == old.scores.tolist()
    assert again.groups["g"].tolist() == ["m", None, "f"]
    assert again.weights.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("ids", [["a", "a", "b"], ["a", "b", "d"]])
def test_ids_that_do_not_tell_leave_the_rows_as_they_are(ids):
    gold = np.array([0, 1, 0])
    old = Predictions(ids=np.array(["a", "b", "c"], dtype=object), gold=gold, predicted=gold, labels=("x", "y"))
    new = Predictions(ids=np.array(ids, dtype=object), gold=gold, predicted=gold, labels=("x", "y"))
    assert in_same_order(new, old) is new
