"""A short form of benchmarks/coverage/coverage.py: what is promised of intervals, false findings and power."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).resolve().parents[3] / "benchmarks" / "coverage" / "coverage.py"


@pytest.fixture(scope="module")
def coverage():
    spec = importlib.util.spec_from_file_location("coverage_benchmark", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(PATH.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(PATH.parent))
    yield module
    del sys.modules[spec.name]


def test_intervals_cover_as_often_as_they_say(coverage):
    rows = list(coverage.intervals(is_short=True))
    assert len(rows) >= 15
    assert [row for row in rows if row.verdict(3.0) != "met"] == []


def test_an_interval_that_ignores_clusters_is_noticed(coverage):
    def draw(rng):
        said = np.where(coverage.hits(300, 0.8, True, rng), 0, 1)
        return np.zeros(300, dtype=int), said, None, None

    covered = coverage.simulate("recall", draw, 0.8, 200, 0)
    assert coverage.Row("recall", "clusters ignored", covered, 200).verdict(3.0) == "low"
    assert coverage.Row("recall", "too wide", 1.00, 400).verdict(3.0) == "high"
    assert coverage.Row("recall", "too wide by design", 1.00, 400, is_conservative=True).verdict(3.0) == "met"


def test_false_findings_are_as_rare_as_promised(coverage):
    n_runs = 60
    alarms, false = coverage.false_findings(n_runs)
    allowed = 0.05 + 3 * np.sqrt(0.05 * 0.95 / n_runs)
    assert alarms <= allowed
    assert false <= allowed


def test_a_gap_of_the_detectable_size_is_shown_four_times_in_five(coverage):
    n_runs = 100
    _, found = coverage.power(n_runs, 200, 0.05)
    assert found == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / n_runs))
