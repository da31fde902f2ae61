"""Two objectives: the front against all pairs and Optuna's own, the choice by hand, and a search of real trials."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.configuration import RunConfig, TuningConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.meaning import message
from boletim.contracts.measure import Measure
from boletim.tuning.search.constraints import check_second
from boletim.tuning.search.front import weigh_front
from boletim.tuning.search.run import run_search
from boletim.tuning.search.standing import front_trials, kept_places, would_be_kept
from boletim.tuning.study.study import open_study
from boletim.tuning.study.trial_attributes import CANDIDATE, PLACE, SECOND
from boletim.tuning.training.best_model import best_folder, save_logits, trial_folder
from boletim.tuning.training.checkpoint import LOGITS


def figure(value: float | None, *, higher_is_better: bool | None = False) -> Measure:
    reason = "too few" if value is None else None
    return Measure(
        id="gap",
        metric="gap",
        value=value,
        n=60,
        higher_is_better=higher_is_better,
        undefined_because=message(reason) if reason else None,
    )


def study_of(points: list[tuple[float, float]]) -> optuna.Study:
    study = optuna.create_study(directions=["maximize", "minimize"])
    for place, point in enumerate(points):
        attributes = {PLACE: place, CANDIDATE: "tiny", SECOND: figure(point[1]).model_dump(mode="json")}
        study.add_trial(optuna.trial.create_trial(values=list(point), user_attrs=attributes))
    return study


SIXTHS = st.integers(0, 6).map(lambda n: n / 6)


@given(st.lists(st.tuples(SIXTHS, SIXTHS), min_size=1, max_size=12))
def test_the_front_is_optunas_with_one_trial_of_each_kind(points: list[tuple[float, float]]) -> None:
    study = study_of(points)
    own = [trial.values for trial in front_trials(study)]
    assert sorted(own) == sorted({tuple(trial.values): trial.values for trial in study.best_trials}.values())
    firsts = [points.index(tuple(values)) for values in own]
    assert kept_places(study) == set(firsts)


@given(st.lists(st.tuples(SIXTHS, SIXTHS), min_size=1, max_size=8))
def test_weights_kept_trial_by_trial_are_those_of_the_front(points: list[tuple[float, float]]) -> None:
    kept: set[int] = set()
    for place, point in enumerate(points):
        study = study_of(points[:place])
        if would_be_kept(study, point, {PLACE: place}):
            kept.add(place)
        kept &= kept_places(study_of(points[: place + 1]))
    assert kept == kept_places(study_of(points))


def test_an_equal_trial_of_an_earlier_place_that_ends_later_is_the_one_kept() -> None:
    study = optuna.create_study(direction="maximize")
    study.add_trial(optuna.trial.create_trial(value=0.9, user_attrs={PLACE: 3}))
    assert would_be_kept(study, [0.9], {PLACE: 2})
    assert not would_be_kept(study, [0.9], {PLACE: 4})


def test_the_choice_is_the_least_gap_within_chance_of_the_best(
    make_run_config: Callable[..., RunConfig], tmp_path: Path
) -> None:
    """Of 200 examples: one trial right in 180; one wrong in one more; one that misses a quarter of all."""
    gold = np.array([0, 1] * 100)
    right = {0: 180, 1: 179, 2: 135, 3: 130}
    gaps = {0: 0.30, 1: 0.10, 2: 0.02, 3: 0.20}
    for place, n_right in right.items():
        logits = np.eye(2, dtype=np.float32)[np.where(np.arange(200) < n_right, gold, 1 - gold)]
        trial_folder(tmp_path, place).mkdir(parents=True)
        save_logits(trial_folder(tmp_path, place) / LOGITS, logits)
    study = study_of([(right[place] / 200, gaps[place]) for place in right])

    def accuracy(logits: np.ndarray, gold: np.ndarray) -> float:
        return float((logits.argmax(axis=1) == gold).mean())

    front, chosen = weigh_front(make_run_config(objectives=["accuracy", "gap"]), study, tmp_path, gold, accuracy)
    assert front.chosen == chosen.user_attrs[PLACE] == 1
    assert [(p.trial, p.is_on_front, p.is_tied) for p in front.points] == [
        (0, True, True),
        (1, True, True),
        (2, True, False),
        (3, False, False),
    ]
    best = front.points[0].objective
    assert best.low is not None
    assert best.high is not None
    assert best.low == pytest.approx(0.9 - 1.96 * np.sqrt(0.09 / 200), abs=0.015)  # normal limits of 180 of 200
    assert best.high == pytest.approx(0.9 + 1.96 * np.sqrt(0.09 / 200), abs=0.015)
    assert best.n == 200


@pytest.mark.parametrize(
    ("given_values", "part"),
    [
        ({"objectives": ["accuracy"]}, "objectives are two"),
        ({"objectives": ["accuracy", "a", "b"]}, "objectives are two"),
        ({"objectives": ["accuracy", "gap"], "objective": "f1_macro"}, "the first of them"),
        ({"objectives": ["accuracy", "gap{"]}, "measure is written"),
        ({"objectives": ["accuracy", "gap"], "confirm": {}}, "do not go with confirm"),
    ],
)
def test_what_objectives_cannot_be(given_values: dict[str, object], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        TuningConfig.model_validate(given_values)


def test_objectives_survive_being_written_down() -> None:
    config = TuningConfig.model_validate({"objectives": ["accuracy", "gap"]})
    assert config.objective == "accuracy"
    assert TuningConfig.model_validate(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("made", "part"),
    [
        ({"gapp": figure(0.1)}, "did you mean 'gapp'"),
        ({"gap": figure(0.1, higher_is_better=None)}, "a better and a worse"),
        ({"gap": figure(None)}, "too few"),
    ],
)
def test_a_second_objective_is_refused_before_the_first_trial(made: dict[str, Measure], part: str) -> None:
    with pytest.raises(ConfigError, match=part):
        check_second("gap", lambda scores: made, np.array([0, 1, 1]), 2)


def test_a_search_for_two_objectives_goes_on_after_a_stop_and_keeps_the_weights_of_its_front(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    """The second objective is accuracy, and less of it is better: learning much and little are both on the front."""
    data = make_tuning_data(160, 60)
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()

    def judge(scores: np.ndarray) -> Mapping[str, Measure]:
        return {"gap": figure(float((scores.argmax(axis=1) == gold).mean()))}

    def config(trials: int) -> RunConfig:
        search = {"learning_rate": [1e-4, 2e-2], "epochs": 2}
        return make_run_config(trials=trials, search=search, objectives=["f1_macro", "gap"])

    whole, torn = tmp_path / "whole", tmp_path / "torn"
    whole.mkdir(), torn.mkdir()
    said: list[str] = []
    result = run_search(config(4), data, whole, on_event=said.append, judge=judge)
    assert result.front is not None
    on_front = {point.trial for point in result.front.points if point.is_on_front}
    assert len(on_front) > 1, "or there is nothing to choose"
    assert result.best_trial == result.front.chosen in on_front
    assert {place for place in range(4) if best_folder(whole, place).is_dir()} == on_front
    chosen = (best_folder(whole, result.best_trial) / "model.safetensors").read_bytes()
    assert (whole / "model" / "model.safetensors").read_bytes() == chosen
    assert any(", gap 0." in line for line in said)
    study = open_study(config(4), whole, [True, False])
    assert all(len(trial.intermediate_values) == 4 for trial in study.trials)
    run_search(config(2), data, torn, judge=judge)
    again = run_search(config(4), data, torn, judge=judge)
    assert again.front == result.front
    assert again.model == result.model
