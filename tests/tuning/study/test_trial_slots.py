from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.meaning import Reason
from boletim.tuning.study.study import open_study
from boletim.tuning.study.trial_attributes import REASON, SECONDS, STOPPED
from boletim.tuning.study.trial_slots import (
    WITHDRAWN,
    claim_trial,
    free_torn,
    n_begun,
    places_of,
    seconds_spent,
    unfinished,
    withdraw,
)
from boletim.tuning.training.space import first_params, suggest_settings

SPACE = {"learning_rate": [1e-5, 1e-2], "batch_size": [8, 16, 32], "epochs": [2, 5], "weight_decay": [0, 0.1]}


@pytest.fixture
def config(make_run_config: Callable[..., RunConfig]) -> RunConfig:
    return make_run_config(trials=100, search=SPACE)


def opened(config: RunConfig, folder: Path) -> optuna.Study:
    study = open_study(config, folder, [True])
    free_torn(study)
    return study


def begin(study: optuna.Study, config: RunConfig, folder: Path) -> optuna.Trial:
    space = config.tuning.search
    first = {0: first_params(space, (0, 1), 0, 768)}
    trial = claim_trial(study, config.seed, config.tuning.trials, first, is_conditional=True)
    assert trial is not None
    suggest_settings(trial, space, (0, 1))
    trial.set_user_attr("params", {})
    return trial


def run(study: optuna.Study, config: RunConfig, folder: Path, n: int) -> None:
    for _ in range(n):
        trial = begin(study, config, folder)
        candidate = trial.params["candidate"]
        value = -abs(np.log10(trial.params[f"learning_rate/{candidate}"]) + 3) - candidate
        study.tell(trial, value)


def tried(study: optuna.Study) -> list[dict[str, object]]:
    return [place.owner.params for place in places_of(study).values() if place.owner is not None]


def test_interruptions_change_no_draw_of_the_sampler(config: RunConfig, tmp_path: Path) -> None:
    n = 18  # random draws up to the tenth, then TPE
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = opened(config, tmp_path / "whole")
    run(whole, config, tmp_path / "whole", n)
    for n_more in (0, 1, 4, 6, 4):
        folder = tmp_path / "broken"
        study = opened(config, folder)
        run(study, config, folder, n_more)
        begin(study, config, folder)  # killed here, its trial left running
    broken = opened(config, folder)
    run(broken, config, folder, n - n_begun(broken))
    assert tried(broken) == tried(whole)
    assert len(broken.get_trials()) == n + 5
    assert whole.best_value == broken.best_value
    assert len({str(params) for params in tried(whole)}) == n


def test_another_seed_draws_other_settings(config: RunConfig, tmp_path: Path) -> None:
    studies = []
    for seed in (1, 2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        study = opened(config, folder)
        run(study, config.model_copy(update={"seed": seed}), folder, 3)
        studies.append(tried(study))
    assert studies[0][0] == studies[1][0], "both begin with the literature's settings"
    assert studies[0][1:] != studies[1][1:]


def test_an_interrupted_trial_frees_its_place_for_the_same_settings(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    left = begin(study, config, tmp_path)
    left.set_user_attr(SECONDS, 7.5)
    assert free_torn(study) == [0]
    assert free_torn(study) == []
    assert (n_begun(study), seconds_spent(study)) == (0, 7.5)
    assert unfinished(places_of(study).values()) == {0}
    again = begin(study, config, tmp_path)
    assert again.params == left.params
    study.tell(again, 0.5)
    assert [place.number for place in places_of(study).values()] == [0]
    assert unfinished(places_of(study).values()) == set()


def test_a_trial_killed_before_it_drew_still_tries_the_first_settings(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    first = first_params(config.tuning.search, (0, 1), 0, 768)
    claim_trial(study, config.seed, 100, {0: first})
    free_torn(study)
    assert begin(study, config, tmp_path).params == first


def test_a_place_queued_before_a_kill_is_filled_once(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    for _ in range(2):  # it was queued twice, and killed before it began
        study.enqueue_trial({}, user_attrs={"place": 0})
    run(study, config, tmp_path, 3)
    assert list(places_of(study)) == [0, 1, 2]
    assert (
        len(
            [
                trial
                for trial in study.get_trials()
                if trial.user_attrs.get(REASON) == Reason.of("withdrawn").model_dump()
            ]
        )
        == 1
    )


def test_no_place_is_given_beyond_the_total(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    run(study, config, tmp_path, 2)
    assert claim_trial(study, 13, 2, {}) is None
    assert claim_trial(study, 13, 3, {}) is not None
    assert claim_trial(study, 13, 3, {}) is None, "place 2 runs"


def test_a_withdrawn_attempt_never_was(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    withdraw(study, begin(study, config, tmp_path))
    assert places_of(study) == {}


@pytest.mark.parametrize("reason", ["pruned at epoch 1.0", "out of memory"])
def test_a_trial_killed_between_its_reason_and_its_end_goes_on(config: RunConfig, tmp_path: Path, reason: str) -> None:
    begin(opened(config, tmp_path), config, tmp_path).set_user_attr(REASON, reason)
    study = opened(config, tmp_path)
    assert places_of(study)[0].owner is None
    begin(study, config, tmp_path)
    assert list(places_of(study)) == [0]


def test_an_attempt_killed_while_it_was_withdrawn_never_was(config: RunConfig, tmp_path: Path) -> None:
    begin(opened(config, tmp_path), config, tmp_path).set_user_attr(REASON, WITHDRAWN)
    assert places_of(opened(config, tmp_path)) == {}


def test_time_in_two_trials_at_once_counts_once(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    for _ in range(3):
        begin(study, config, tmp_path).set_user_attr(SECONDS, 1_000.0)
    assert 1_000 <= seconds_spent(study) < 1_060


def test_a_setting_that_kills_the_process_five_times_is_given_up(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    for _ in range(5):
        begin(study, config, tmp_path)
        free_torn(study)
    owner = places_of(study)[0].owner
    assert owner is not None
    assert owner.user_attrs[REASON] == Reason.of("interrupted", n=5).model_dump()
    assert n_begun(study) == 1
    assert begin(study, config, tmp_path).user_attrs["place"] == 1


def test_kills_between_which_the_trial_went_on_and_stops_on_request_are_no_reason_to_give_up(
    config: RunConfig, tmp_path: Path
) -> None:
    study = opened(config, tmp_path)
    for n in range(12):
        trial = begin(study, config, tmp_path)
        for step in range(n // 2):
            trial.report(0.5, step)
        trial.set_user_attr(STOPPED, n % 3 == 0)
        free_torn(study)
    assert places_of(study)[0].owner is None
    assert begin(study, config, tmp_path).user_attrs["place"] == 0
