"""The quick start of named entities over five corpora: the planted gap is found each time, and nothing else."""

import importlib.util
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def benchmark(minilm_folder):
    sys.path.insert(0, str(FOLDER))
    spec = importlib.util.spec_from_file_location("planted_entities", FOLDER / "planted_entities.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(FOLDER))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_planted_gap_is_found_over_five_seeds(benchmark, tmp_path, language):
    others = []
    for seed in benchmark.SEEDS:
        (folder := tmp_path / str(seed)).mkdir()
        measure, is_found, more = benchmark.judge(benchmark.run_one(folder, seed, language))
        assert is_found, (seed, measure)
        others += more
    assert len(others) <= 1, others
