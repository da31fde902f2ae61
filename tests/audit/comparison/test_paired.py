import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.audit.comparison.paired import are_same_examples, hits, paired_correlation, resampled_correlation
from boletim.contracts.answers.one_label import Predictions


def table(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    old = np.repeat([True, True, False, False], [both, first, second, neither])
    new = np.repeat([True, False, True, False], [both, first, second, neither])
    return old, new


def predictions(predicted: list[int], ids: str = "abcdef") -> Predictions:
    return Predictions(
        ids=np.array(list(ids), dtype=object),
        gold=np.array([0, 0, 0, 1, 1, 1]),
        predicted=np.array(predicted),
        labels=("x", "y"),
        groups={"sex": np.array(["f", "m", "f", "m", None, "m"], dtype=object)},
    )


def test_by_hand() -> None:
    # a=20 b=12 c=2 d=16: ad-bc = 296, less n/2 = 271; sqrt(32 * 18 * 22 * 28) = 595.67
    assert paired_correlation(*table(20, 12, 2, 16)) == pytest.approx(271 / (32 * 18 * 22 * 28) ** 0.5)
    assert paired_correlation(*table(5, 0, 0, 5)) == pytest.approx((25 - 5) / 25)
    assert paired_correlation(*table(0, 5, 5, 0)) == pytest.approx(-1)  # never corrected away from 0
    assert paired_correlation(*table(10, 0, 5, 0)) == 0  # one is always right
    assert paired_correlation(*table(3, 2, 2, 2)) == 0  # 2 < n / 2: corrected to none


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_never_beyond_the_plain_correlation(pairs: list[tuple[bool, bool]]) -> None:
    old, new = np.array(pairs).T
    phi = paired_correlation(old, new)
    assert -1 <= phi <= 1
    if old.std() and new.std():
        plain = np.corrcoef(old, new)[0, 1]
        assert abs(phi) <= abs(plain) + 1e-12
        assert phi * plain >= -1e-12


def test_hits_of_a_scope() -> None:
    found = predictions([0, 1, 0, 1, 1, 0])
    assert hits(found, {}).tolist() == [True, False, True, True, True, False]
    assert hits(found, {"class": "x", "sex": "f"}).tolist() == [True, True]
    assert hits(found, {"sex": "m"}).tolist() == [False, True, False]
    assert hits(found, {"sex": "(missing)"}).tolist() == [True]
    assert resampled_correlation(found, found, "f1_macro", {"sex": "(missing)"}, 0) == 0


def test_same_examples() -> None:
    one = predictions([0] * 6)
    assert are_same_examples(one, predictions([1] * 6))
    assert not are_same_examples(one, predictions([0] * 6, "abcdeg"))


def test_resampled_correlation_of_accuracy_is_that_of_the_hits() -> None:
    """Accuracy is a mean of hits, so its estimates are correlated as the hits are."""
    rng = np.random.default_rng(1)
    gold = rng.integers(0, 3, 2000)
    old = np.where(rng.random(2000) < 0.8, gold, (gold + 1) % 3)
    new = np.where(rng.random(2000) < 0.7, old, gold)
    first, second = (
        Predictions(ids=np.arange(2000).astype(object), gold=gold, predicted=p, labels=("x", "y", "z"))
        for p in (old, new)
    )
    plain = np.corrcoef(old == gold, new == gold)[0, 1]
    assert resampled_correlation(first, second, "accuracy", {}, 0) == pytest.approx(plain, abs=0.06)
    assert resampled_correlation(first, first, "f1_macro", {}, 0) == pytest.approx(1)
    assert resampled_correlation(first, first, "precision", {"class": "y"}, 0) == pytest.approx(1)
