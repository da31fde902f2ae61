import numpy as np
import pytest

from boletim.audit.comparison.prompts import Answers, prompt_spread

KNOWN = {"level": 0.95, "margin": 0.05, "min_group": 10, "draws": 400, "seed": 1, "is_chosen": True}


def spread(right, groups=None, clusters=None, **changes):
    names = tuple(f"p{number}" for number in range(len(right)))
    answers = Answers(names, np.array(right, dtype=bool), groups or {}, clusters)
    measures, findings = prompt_spread(answers, "m", **KNOWN | changes)
    return {one.id: one for one in measures}, {one.key: one for one in findings}


def test_accuracy_gap_and_spread_by_hand():
    # 40 texts, the first half of group a: p0 right in all of a and half of b, p1 in half of each
    halves = [i % 2 == 0 for i in range(20)]
    right = [[True] * 20 + halves, halves * 2]
    groups = {"g": np.array(["a"] * 20 + ["b"] * 20, dtype=object)}
    found, findings = spread(right, groups)
    assert found["prompt_accuracy{prompt=p0}"].value == pytest.approx(0.75)
    assert found["prompt_accuracy{prompt=p1}"].value == pytest.approx(0.5)
    assert found["prompt_spread{metric=prompt_accuracy}"].value == pytest.approx(0.25)
    assert found["prompt_accuracy_gap{attribute=g,prompt=p0}"].value == pytest.approx(0.5)
    assert found["prompt_accuracy_gap{attribute=g,prompt=p1}"].value == pytest.approx(0.0)
    assert found["prompt_spread{attribute=g,metric=prompt_accuracy_gap}"].value == pytest.approx(0.5)
    one = findings["prompt_accuracy_shown"]
    assert (one.values["high_prompt"], one.values["low_prompt"], one.severity) == ("p0", "p1", "high")


def test_the_interval_of_two_prompts_is_the_paired_one():
    # of 400 texts 60 are right under p0 alone and 20 under p1 alone: d = 0.1, se = sqrt((80 - 1600 / 400) / 400^2)
    right = np.ones((2, 400), dtype=bool)
    right[1, :60] = False
    right[0, 60:80] = False
    one = spread(right, draws=4_000)[0]["prompt_spread{metric=prompt_accuracy}"]
    error = np.sqrt(80 - 40**2 / 400) / 400
    assert (one.high - one.low) / 2 == pytest.approx(1.96 * error, rel=0.06)


def test_prompts_that_answer_alike_are_shown_to_be_alike():
    found, findings = spread(np.ones((3, 300), dtype=bool))
    assert findings["prompt_accuracy_absent"].verdict == "shown absent"
    assert found["prompt_spread{metric=prompt_accuracy}"].high == pytest.approx(0.0)


def test_another_candidates_prompts_are_for_information():
    right = np.zeros((2, 100), dtype=bool)
    right[0] = True
    assert spread(right, is_chosen=False)[1]["prompt_accuracy_shown"].severity == "info"


def test_groups_that_are_too_small_are_not_compared():
    groups = {"g": np.array(["a"] * 95 + ["b"] * 5, dtype=object)}
    assert not [name for name in spread(np.ones((2, 100), dtype=bool), groups)[0] if "attribute" in name]


def test_prompts_that_differ_by_chance_alone_are_rarely_called_different():
    rng = np.random.default_rng(11)
    n_runs = 150
    alarms = sum("prompt_accuracy_shown" in spread(rng.random((4, 150)) < 0.7, draws=200)[1] for _ in range(n_runs))
    assert alarms / n_runs <= 0.09


def test_clusters_widen_the_interval():
    rng = np.random.default_rng(5)
    right = np.repeat(rng.random((2, 40)) < [[0.8], [0.6]], 5, axis=1)
    alone = spread(right)[0]["prompt_spread{metric=prompt_accuracy}"]
    together = spread(right, clusters=np.repeat(np.arange(40), 5))[0]["prompt_spread{metric=prompt_accuracy}"]
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
