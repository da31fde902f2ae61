"""What fine-tuning changed: paired changes are found where they are, and not where there are none."""

from types import SimpleNamespace

import numpy as np
import pytest

from boletim.contracts.language import load_language
from boletim.models.fakes import FakeEncoder
from boletim.probes.asking.word_tests import TESTS
from boletim.probes.data_file import DataFile
from boletim.probes.encoders import representation_leakage
from boletim.probes.model_views import ModelContext, ModelDoors
from boletim.probes.run import run_probes
from boletim.probes.statistics.association import effect_size
from boletim.probes.statistics.effect_change import effect_change

COVERED = 0.95 - 2 * (0.95 * 0.05 / 300) ** 0.5


def test_the_change_by_hand() -> None:
    """Before, X and Y lie one apart; afterwards both are alike: d falls from 2 / sd(+1, +1, -1, -1) to 0."""
    before = np.array([1.0, 1.0]), np.array([-1.0, -1.0])
    after = np.array([1.0, -1.0]), np.array([1.0, -1.0])
    found = effect_change(before, after, 0.95, 1, 100)
    assert found.value == pytest.approx(-2 / np.sqrt(4 / 3))


def test_no_change_is_no_change() -> None:
    side = np.array([0.3, 0.1, 0.4]), np.array([-0.2, 0.1, 0.0])
    found = effect_change(side, side, 0.95, 1, 100)
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def draw(generator: np.random.Generator, shift_before: float, shift_after: float, n: int = 25) -> tuple:
    """Words have a nature of their own that both models see, each with its own noise."""
    sides = []
    nature = generator.normal(0, 1, 2 * n)
    for shift in (shift_before, shift_after):
        s = nature + generator.normal(0, 0.5, 2 * n) + np.repeat([shift, 0.0], n)
        sides.append((s[:n], s[n:]))
    return tuple(sides)


def test_p_of_no_change_is_uniform_and_the_interval_holds_a_true_change() -> None:
    generator = np.random.default_rng(5)
    n_low = n_covered = 0
    large = draw(generator, 1.0, 0.2, 200_000)
    truth = effect_size(*large[1]) - effect_size(*large[0])
    for seed in range(300):
        n_low += (effect_change(*draw(generator, 0.8, 0.8), 0.95, seed, 10).p or 0) <= 0.05
        found = effect_change(*draw(generator, 1.0, 0.2), 0.95, seed, 400)
        assert found.low is not None
        assert found.high is not None
        n_covered += found.low <= truth <= found.high
    assert n_low / 300 <= 0.05 + 2 * (0.05 * 0.95 / 300) ** 0.5, n_low
    assert n_covered / 300 >= COVERED - 0.02, n_covered  # percentiles of 25 words a side are a little short


def encoder(*, knows_gender: bool) -> FakeEncoder:
    import re

    pairs = [slot for frame in load_language("en").frames for slot in re.findall(r"\{(\w+)\|(\w+)\}", frame.text)]
    side = 1.0 if knows_gender else 0.0
    return FakeEncoder({word: (sign * side, 0.0) for pair in pairs for word, sign in zip(pair, (1, -1), strict=True)})


def test_a_reader_that_loses_everything_is_shown() -> None:
    context = ModelContext(
        language=load_language("en"), level=0.95, margin=0.05, seed=1, bootstrap=50,
        encoder=encoder(knows_gender=False), base=encoder(knows_gender=True),
    )  # fmt: skip
    measures = {measure.metric: measure for measure in representation_leakage.run(context).measures}
    assert measures["leakage_accuracy_base"].value == 1
    assert measures["leakage_accuracy"].value == 0.5
    change = measures["leakage_accuracy_change"]
    assert change.value == -0.5
    assert change.q == 0


def test_probes_of_encoders_get_the_base_model_and_others_do_not() -> None:
    lists = {name: [f"{name}{i}" for i in range(4)] for names in TESTS.values() for name in names}
    generator = np.random.default_rng(3)
    tuned, base = (
        FakeEncoder({word: tuple(generator.normal(size=6)) for words in lists.values() for word in words})
        for _ in range(2)
    )

    def doors(side: FakeEncoder) -> ModelDoors:
        return ModelDoors(masked=lambda: None, causal=lambda: None, encoder=lambda: side)  # type: ignore[arg-type,return-value]

    config = SimpleNamespace(use=("weat",), data={"weat": "lists"}, frames=None, flagged=(), person=())
    settings = {
        "level": 0.95,
        "margin": 0.05,
        "seed": 1,
        "bootstrap": 50,
        "read": lambda path: DataFile("l", lists, ""),
    }

    def measures(**more: ModelDoors) -> dict:
        found = run_probes(None, config, load_language("en"), None, doors=doors(tuned), **settings, **more)  # type: ignore[arg-type]
        return {(m.metric, m.scope["test"].partition(":")[0]): m for m in found.measures}

    alone, both = measures(), measures(base=doors(base))
    reverse = run_probes(None, config, load_language("en"), None, doors=doors(base), **settings)  # type: ignore[arg-type]
    of_base = {m.scope["test"].partition(":")[0]: m.value for m in reverse.measures}
    assert {metric for metric, _ in alone} == {"association_effect"}
    for test in TESTS:
        assert both["association_effect", test] == alone["association_effect", test]
        assert both["association_effect_base", test].value == of_base[test]
        change = (both["association_effect", test].value or 0) - (of_base[test] or 0)
        assert both["association_effect_change", test].value == pytest.approx(change)
