"""What counts as a regression among many comparisons: Holm in two families, q beside, false alarms by simulation."""

import numpy as np
import pytest
from scipy import stats

from boletim.contracts.results.changes import Change
from boletim.reports.card.diff_family import as_families
from boletim.reports.card.misses import benjamini_hochberg

DECIDING = ("accuracy", "balanced_accuracy", "f1_macro")


def change(name: str, difference: float, error: float, status: str = "worse") -> Change:
    half = 1.959964 * error
    return Change(
        id=name, old=0.5, new=0.5 + difference, n_old=9, n_new=9, difference=difference,
        low=difference - half, high=difference + half, status=status,
    )  # fmt: skip


def families(changes: list[Change], margin: float = 0.05) -> dict[str, Change]:
    judged = as_families(changes, DECIDING, {c.id: True for c in changes}, margin, 0.95)
    return {c.id: c for c in judged}


def test_q_is_that_of_scipy() -> None:
    p = np.random.default_rng(2).random(40) ** 2

    assert benjamini_hochberg(p.tolist()) == pytest.approx(stats.false_discovery_control(p))


def test_a_class_is_held_against_the_other_classes() -> None:
    # 0.11 is 0.06 beyond the margin, 2.4 standard errors: p 0.0164, times 40
    changes = [change("c0", -0.11, 0.025), *(change(f"c{i}", 0.0, 0.02, "no worse") for i in range(1, 40))]

    found = families(changes)

    assert found["c0"].status == "cannot be told"
    assert found["c0"].p_holm == pytest.approx(40 * 2 * stats.norm.sf(2.4), rel=1e-3)
    assert families(changes[:1])["c0"].status == "worse"


def test_the_whole_model_is_not_held_against_every_class() -> None:
    changes = [change("accuracy", -0.11, 0.02), *(change(f"c{i}", 0.0, 0.02, "no worse") for i in range(100))]

    # 3 standard errors beyond the margin, in a family of one
    assert families(changes)["accuracy"].status == "worse"


def test_a_measure_that_is_better_when_lower() -> None:
    gap = change("recall_gap", 0.2, 0.03)

    judged = as_families([gap], DECIDING, {"recall_gap": False}, 0.05, 0.95)[0]

    assert judged.status == "worse"
    assert judged.p_holm == pytest.approx(2 * stats.norm.sf(5), rel=1e-3)


def test_what_is_not_judged_has_neither() -> None:
    judged = families([change("c0", -0.5, 0.01, "not judged")])["c0"]

    assert (judged.status, judged.p_holm, judged.q) == ("not judged", None, None)


@pytest.mark.parametrize("margin", [0.0, 0.05])
def test_two_equal_models_rarely_show_a_regression(margin: float) -> None:
    rng = np.random.default_rng(3)
    n_runs, n_found = 400, 0
    for _ in range(n_runs):
        names = [*DECIDING, *(f"c{i}" for i in range(104))]
        drawn = [change(name, d, 0.02) for name, d in zip(names, rng.normal(0, 0.02, 107), strict=True)]
        own = [c if c.high < -margin else c.model_copy(update={"status": "no worse"}) for c in drawn]
        n_found += any(c.status == "worse" for c in families(own, margin).values())

    assert n_found / n_runs <= 0.05
