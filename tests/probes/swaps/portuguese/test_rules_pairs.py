"""The Portuguese swaps against sentence pairs written by hand before the rules were revised."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from boletim.contracts.language import load_language
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap

ROOT = Path(__file__).resolve().parents[4]
RULES = find_rules(load_language("pt-BR"))


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("portuguese_swaps", ROOT / "benchmarks" / "portuguese_swaps.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_at_least_three_hundred_pairs_and_a_third_was_held_out(benchmark: ModuleType) -> None:
    pairs = benchmark.read_pairs()
    written = {frozenset((pair.text, pair.gold)) for pair in pairs}
    held_out = {frozenset((pair.text, pair.gold)) for pair in pairs if pair.is_held_out}
    assert len(written) >= 300
    assert 0.28 < len(held_out) / len(written) < 0.40
    assert len({pair.category for pair in pairs}) >= 15


@pytest.mark.parametrize("part", ["looked at", "held out", "all"])
def test_changed_sentences_are_right(benchmark: ModuleType, part: str) -> None:
    figures = benchmark.measure()[part]
    assert figures.n_right / figures.n_changed >= 0.98
    assert figures.n_words_right / figures.n_words_changed >= 0.98
    assert figures.n_right / figures.n_to_change >= 0.80


def test_the_count_tells_right_from_wrong_and_from_left_alone(benchmark: ModuleType) -> None:
    pairs = [
        benchmark.Pair("a", "Ela é alta.", "Ele é alto.", False),
        benchmark.Pair("a", "Ela saiu.", "Ele saiu.", False),
        benchmark.Pair("b", "Maria é alta.", "Maria é alta.", False),
    ]
    figures = benchmark.count(pairs, ["Ele é alta.", "Ela saiu.", "Maria é alto."])
    assert (figures.n_to_change, figures.n_changed, figures.n_right) == (2, 2, 0)
    assert (figures.n_words_to_change, figures.n_words_changed, figures.n_words_right) == (3, 2, 1)


def test_agreement_runs_through_a_whole_sentence() -> None:
    male = "O médico cansado foi embora com o filho dele."
    female = "A médica cansada foi embora com o filho dela."
    assert swap(male, RULES).text == female
    assert swap(female, RULES).text == male
