import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from boletim.audit.mitigation.effects import Sample
from boletim.audit.mitigation.leakage import leakage_of
from boletim.contracts.configuration import AuditConfig


def test_before_is_the_readers_balanced_accuracy_and_after_is_chance() -> None:
    rng = np.random.default_rng(1)
    group = rng.choice(np.array(["f", "m", None], dtype=object), 400, p=[0.2, 0.6, 0.2])
    names = ["(missing)", "f", "m"]
    right = {"f": 0.7, "m": 0.9}
    readings = []
    for _ in range(3):
        said = [g if rng.random() < right[g] else {"f": "m", "m": "f"}[g] for g in np.where(group == None, "f", group)]  # noqa: E711
        before = np.array([[name == one for name in names] for one in said], dtype=float)
        readings.append((before, np.full((400, 3), 1 / 3)))
    sample = Sample(("a",), np.ones((400, 1), dtype=bool), {"g": group})
    found = leakage_of("g", names, sample, readings, AuditConfig())
    known = np.array([one is not None for one in group])
    by_hand = np.mean(
        [
            balanced_accuracy_score(group[known].astype(str), np.array(names)[before[known].argmax(axis=1)])
            for before, _ in readings
        ]
    )
    assert found.before.value == pytest.approx(by_hand)
    assert found.after.value == pytest.approx(1 / 3), "equal shares for three names"
    assert found.chance == pytest.approx(1 / 3)
    assert found.before.low is not None and found.before.low < by_hand < (found.before.high or 0)  # noqa: PT018


def test_a_group_that_is_too_small_leaves_nothing_to_read() -> None:
    sample = Sample(("a",), np.ones((50, 1), dtype=bool), {"g": np.array(["f"] * 45 + ["m"] * 5, dtype=object)})
    reading = (np.full((50, 2), 0.5), np.full((50, 2), 0.5))
    found = leakage_of("g", ["f", "m"], sample, [reading, reading], AuditConfig())
    assert found.before.value is None
