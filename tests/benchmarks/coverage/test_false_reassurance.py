"""The short form of benchmarks/coverage/false_reassurance.py: nobody is reassured, or alarmed, without reason."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

N_RUNS = 15
"""Data sets a setting; the benchmark draws 500."""


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "coverage" / "false_reassurance.py"
    spec = importlib.util.spec_from_file_location("false_reassurance", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("part", ["reassurance", "gates", "gaps-equal", "gaps-other", "diff-equal", "authors"])
def test_what_should_be_rare_is_rare(benchmark: ModuleType, part: str) -> None:
    allowed = 0 if part == "reassurance" else 4 if part == "authors" else 3  # chance allows a few where 5 % may fail

    rows = list(benchmark.PARTS[part](6 if part == "diff-equal" else N_RUNS, 0))

    assert rows
    assert {row.what: row.share for row in rows if row.share > allowed / N_RUNS} == {}


def test_a_real_drop_is_found_at_both_margins(benchmark: ModuleType) -> None:
    rows = list(benchmark.PARTS["diff-drop"](2, 0))

    assert [(row.share, row.is_least, row.is_met) for row in rows] == [(1.0, True, True)] * 2
