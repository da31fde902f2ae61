"""The quick starts over five corpora each: the planted gap is found each time, and nothing else."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location(
        "planted_truth", Path(__file__).resolve().parents[2] / "benchmarks" / "planted_truth.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gap(name: str, low: float, high: float) -> dict[str, object]:
    return {"id": name, "value": (low + high) / 2, "low": low, "high": high, "n": 100}


@pytest.mark.parametrize(
    ("low", "verdict", "is_found"),
    [(0.2, "shown", True), (0.25, "shown", False), (0.2, "insufficient evidence", False)],
)
def test_a_gap_is_found_when_it_is_shown_and_its_interval_holds_the_planted_size(benchmark, low, verdict, is_found):
    planted, consequence = "token_f1_gap{attribute=gender}", "exact_match_gap{attribute=gender}"
    verdicts = {planted: verdict, consequence: "shown", "token_f1_gap{attribute=region}": "shown"}
    audit = {
        "measures": [gap(planted, low, 0.3)],
        "findings": [{"kind": "disparity", "verdict": one, "measures": [name]} for name, one in verdicts.items()],
    }
    found, others = benchmark.judge(benchmark.PLANTS["quickstart-qa"], audit)
    assert found[planted][1] is is_found
    assert others == ["token_f1_gap{attribute=region}"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("quick_start", ["quickstart-ner", "quickstart-qa"])
def test_the_planted_gap_is_found_over_five_seeds(benchmark, minilm_folder, tmp_path, quick_start, language):
    others = []
    for seed in benchmark.SEEDS:
        (folder := tmp_path / str(seed)).mkdir()
        audit = benchmark.run_one(quick_start, folder, seed, language)
        found, more = benchmark.judge(benchmark.PLANTS[quick_start], audit)
        assert all(is_found for _, is_found in found.values()), (seed, found)
        others += more
    assert len(others) <= 1, others
