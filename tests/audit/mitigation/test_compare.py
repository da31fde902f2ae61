"""Settings on synthetic answers: verdicts that are known beforehand, and how often intervals hold the truth."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from boletim.audit.mitigation.compare import Trained, chosen_of, compare_settings
from boletim.audit.mitigation.effects import Sample
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.results.mitigations import MitigationRow

PATH = Path(__file__).resolve().parents[3] / "benchmarks" / "mitigation.py"
RIGHT = dict[tuple[int, str], float]
"""Chance of a right answer by class and group."""
AHEAD: RIGHT = {(0, "f"): 0.6, (0, "m"): 0.9, (1, "f"): 0.85, (1, "m"): 0.85}


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mitigation_benchmark", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answered(rates: dict[str, RIGHT], n: int = 1200, seed: int = 1, flips: dict[str, float] | None = None):
    rng = np.random.default_rng(seed)
    gold, group = rng.integers(0, 2, n), rng.choice(np.array(["f", "m"], dtype=object), n)
    hardness, trained = rng.random(n), []
    for name, right in rates.items():
        chance = np.array([right[place] for place in zip(gold, group, strict=True)])
        said = [np.where(np.clip(hardness + rng.normal(0, 0.03, n), 0, 1) < chance, gold, 1 - gold) for _ in range(3)]
        share = (flips or {}).get(name, 0.1)
        swapped = rng.random(200) < share
        trained.append(Trained(name, np.eye(2, dtype=bool)[np.array(said)], np.array([swapped] * 3)))
    sample = Sample(("a", "b"), np.eye(2, dtype=bool)[gold], {"g": group})
    return compare_settings(sample, np.arange(200), trained, AuditConfig(), "validation")[0]


def verdict_of(right: RIGHT) -> MitigationRow:
    return answered({"none": AHEAD, "erase": AHEAD | right})[1]


def test_a_gap_that_closes_because_the_worse_group_rises_is_improved() -> None:
    row = verdict_of({(0, "f"): 0.9})
    assert row.verdict == "improved"
    changes = {change.metric: change for change in row.changes}
    assert changes["worse_recall_change"].value == pytest.approx(0.3, abs=0.05)
    assert changes["worse_recall_change"].scope["group"] == "f"
    assert changes["largest_recall_gap_change"].value == pytest.approx(-0.3, abs=0.06)


def test_a_gap_that_closes_because_the_better_group_falls_is_levelled_down() -> None:
    row = verdict_of({(0, "m"): 0.6})
    assert row.verdict == "levelled down"
    assert row.because is not None
    assert row.because.kind == "ahead_fell"
    assert row.because.values["measure"] == "better_recall{class=a,attribute=g,group=m}"


def test_a_gap_that_grows_is_worse_and_the_same_answers_are_no_change() -> None:
    assert verdict_of({(0, "f"): 0.4}).verdict == "worse"
    rows = answered({"none": AHEAD, "erase": AHEAD}, n=6000, flips={"none": 0.0, "erase": 0.0})
    assert rows[1].verdict == "no change"


def test_fewer_flips_alone_are_an_improvement() -> None:
    rows = answered({"none": AHEAD, "gender_swap": AHEAD}, flips={"none": 0.4, "gender_swap": 0.1})
    assert rows[1].verdict == "improved"
    assert rows[1].because is not None
    assert rows[1].because.values["measure"] == "flip_rate"


def test_chosen_is_the_improved_one_whose_worst_group_fares_best() -> None:
    settings = {
        "none": AHEAD,
        "reweighing": AHEAD | {(0, "f"): 0.8},
        "balanced": AHEAD | {(0, "f"): 0.88},
        "erase": AHEAD | {(0, "m"): 0.6},
    }
    rows = answered(settings, n=2400)
    assert [row.verdict for row in rows] == [None, "improved", "improved", "levelled down"]
    assert chosen_of(rows) == "balanced"
    assert chosen_of([rows[0], rows[3]]) == "none"


def test_settings_that_are_the_same_are_rarely_called_anything(benchmark: ModuleType) -> None:
    """Five settings that only chance sets apart: anything but `no change` and `insufficient` in at most 5 % of runs."""
    truth, rng, n_false = benchmark.truths()[2], np.random.default_rng(3), 0
    for _ in range(60):
        sample, trained = benchmark.simulate(truth, 400, 3, 0.03, rng, 4)
        rows, _ = compare_settings(sample, np.zeros(0, dtype=np.int64), trained, AuditConfig(), "validation")
        n_false += any(row.verdict not in (None, "no change", "insufficient evidence") for row in rows)
    assert n_false <= 6  # 5 % of 60 is 3; 6 is two standard errors above it


@pytest.mark.parametrize("place", range(7))
def test_intervals_hold_the_true_change(benchmark: ModuleType, place: int) -> None:
    """At least 94 %, less three standard errors of 60 runs."""
    truth = benchmark.truths()[place]
    for spread, n_others, size in ((0.0, 1, 1), (0.05, 1, 1), (0.02, 1, 10)):
        shares, _ = benchmark.covered(
            truth,
            spread,
            100,
            lambda rng, s=spread, o=n_others, c=size: benchmark.simulate(truth, 400, 3, s, rng, o, c),
        )
        assert all(share >= 0.94 - 3 * np.sqrt(0.94 * 0.06 / 60) for share in shares.values()), (spread, size, shares)


def test_small_cells_are_left_out_and_counted() -> None:
    rng = np.random.default_rng(5)
    gold = rng.integers(0, 2, 200)
    group = np.where(np.arange(200) < 10, "x", np.where(np.arange(200) < 110, "f", "m")).astype(object)
    said = np.eye(2, dtype=bool)[np.array([gold] * 2)]
    trained = [Trained(name, said, np.zeros((2, 0), dtype=bool)) for name in ("none", "erase")]
    sample = Sample(("a", "b"), np.eye(2, dtype=bool)[gold], {"g": group})
    rows, n_small = compare_settings(sample, np.zeros(0, dtype=np.int64), trained, AuditConfig(), "test")
    assert n_small == 2
    lone = Sample(("a", "b"), sample.gold, {"g": np.full(200, "f", dtype=object)})
    rows, _ = compare_settings(lone, np.zeros(0, dtype=np.int64), trained, AuditConfig(), "test")
    gap = next(change for change in rows[1].changes if change.metric == "largest_recall_gap_change")
    assert gap.value is None
    assert gap.undefined_because is not None
    assert rows[1].verdict == "insufficient evidence"
