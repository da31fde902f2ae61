"""Macro F1 of groups: over the classes that all have, by a test that leaves every group its mix of classes."""

import numpy as np
import pytest

from boletim.audit.groups.shared_f1 import expected_f1, permuted_p
from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.method import over_shared_classes

SETTINGS = AuditConfig(bootstrap=200, margin=0.0)


def of_cells(cells: dict[str, list[list[int]]]) -> Predictions:
    """Predictions with these confusion matrices, rows of true classes."""
    rows = [
        (g, t, p)
        for g, table in cells.items()
        for t, row in enumerate(table)
        for p, n in enumerate(row)
        for _ in range(n)
    ]
    group, gold, said = zip(*rows, strict=True)
    k = len(next(iter(cells.values())))
    return Predictions(
        ids=np.arange(len(rows)).astype(str).astype(object), gold=np.array(gold), predicted=np.array(said),
        labels=tuple("abc"[:k]), groups={"g": np.array(group, dtype=object)},
    )  # fmt: skip


def gap_of(found: Predictions):
    result = audit(found, SETTINGS, seed=1)
    return next(m for m in result.measures if m.id == "f1_macro_gap{attribute=g}"), result


def test_the_mean_is_over_the_classes_that_both_groups_have() -> None:
    alike = [[90, 10, 0], [10, 90, 0], [0, 0, 0]]
    gap, result = gap_of(of_cells({"A": alike, "B": [[90, 10, 0], [10, 90, 0], [25, 25, 50]]}))

    # by hand: A has F1 0.9 of a and of b; B has 180 / (100 + 125) = 0.8 of each: its 50 wrong answers for c
    assert gap.value == pytest.approx(0.1)
    assert gap.left_out.classes == ("c",)
    assert over_shared_classes(2).parts[0] in gap.method.parts
    # over the classes of each alone, B would have (0.8 + 0.8 + 2 / 3) / 3 = 0.756
    assert next(m for m in result.measures if m.id == "f1_macro{g=B}").value == pytest.approx((0.8 + 0.8 + 2 / 3) / 3)


def test_a_group_without_positives_leaves_it_undefined_and_says_which() -> None:
    gap, _ = gap_of(of_cells({"A": [[90, 10], [10, 90]], "B": [[95, 5], [0, 0]]}))

    assert gap.value is None
    assert gap.undefined_because == Reason.of("few_shared_classes", group="B", label="b")


def test_other_mixes_alone_are_no_gap() -> None:
    # both groups have recalls of exactly 0.8; B has far more of b
    gap, result = gap_of(of_cells({"A": [[800, 200], [20, 80]], "B": [[80, 20], [200, 800]]}))
    assert gap.p > 0.5
    lopsided, _ = gap_of(of_cells({"A": [[800, 200], [20, 80]], "B": [[400, 100], [100, 400]]}))

    assert lopsided.value > 0.1  # macro F1 itself differs by what the mix gives
    assert lopsided.p > 0.5
    assert not any(f.key == "f1_macro_gap_shown" for f in result.findings)


def test_a_real_gap_is_shown() -> None:
    gap, result = gap_of(of_cells({"A": [[90, 10], [10, 90]], "B": [[60, 40], [40, 60]]}))

    assert gap.p < 0.001
    assert any(f.key == "f1_macro_gap_shown" for f in result.findings)


def test_what_a_mix_alone_gives() -> None:
    cells = np.array([[[90, 10], [10, 90]], [[45, 5], [1, 9]]])

    # by hand for B: of 50 a 45 are right, of 10 b 9; F1 90 / (50 + 46) and 18 / (10 + 14)
    assert expected_f1(cells, np.array([True, True]))[1] == pytest.approx((90 / 96 + 18 / 24) / 2)


def test_two_groups_of_one_class_are_fishers_one_sided_tails() -> None:
    """With one shared class that is never wrongly answered, F1 rises with the hits alone: the hypergeometric law."""
    from scipy import stats

    cells = np.array([[[18, 2], [0, 20]], [[11, 9], [0, 20]]])
    law = stats.hypergeom(40, 29, 20)
    f1 = np.array([[2 * h / (20 + h), 2 * (29 - h) / (20 + 29 - h)] for h in range(9, 21)])
    apart = np.abs(f1[:, 0] - f1[:, 1])
    exact = law.pmf(np.arange(9, 21))[apart >= apart[18 - 9] - 1e-12].sum()

    found = permuted_p(cells, np.array([True, False]), np.random.default_rng(1))

    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact / 1_999))


@pytest.mark.parametrize("sizes", [[[60, 60], [60, 60]], [[100, 20], [20, 100]]])
def test_equal_recalls_are_rarely_taken_for_a_gap(sizes: list[list[int]]) -> None:
    rng = np.random.default_rng(4)
    n_runs, n_found = 300, 0
    for _ in range(n_runs):
        cells = np.zeros((2, 2, 2), dtype=int)
        for g in (0, 1):
            for c in (0, 1):
                cells[g, c, c] = rng.binomial(sizes[g][c], 0.8)
                cells[g, c, 1 - c] = sizes[g][c] - cells[g, c, c]
        n_found += permuted_p(cells, np.array([True, True]), rng) <= 0.05

    assert n_found / n_runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / n_runs)
