from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from boletim.contracts.config import RunConfig
from boletim.contracts.errors import ConfigError, RunFolderError
from tuning.space import first_params, suggest_settings
from tuning.study import (
    SECONDS,
    ask_trial,
    clear_interrupted,
    counts,
    n_counted,
    open_study,
    reason_of,
    seconds_spent,
    settle_candidates,
)

SPACE = {"learning_rate": [1e-5, 1e-2], "batch_size": [8, 16, 32], "epochs": [2, 5], "weight_decay": [0, 0.1]}


@pytest.fixture
def config(make_run_config: Callable[..., RunConfig]) -> RunConfig:
    return make_run_config(trials=100, search=SPACE)


def opened(config: RunConfig, folder: Path) -> optuna.Study:
    study = open_study(config, folder, higher_is_better=True)
    clear_interrupted(study, folder)
    return study


def begin(study: optuna.Study, config: RunConfig, folder: Path) -> optuna.Trial:
    space = config.tuning.search
    trial = ask_trial(study, config.seed, folder, first_params(space, (0, 1)))
    suggest_settings(trial, space, (0, 1))
    return trial


def run(study: optuna.Study, config: RunConfig, folder: Path, n: int) -> None:
    for _ in range(n):
        trial = begin(study, config, folder)
        value = -abs(np.log10(trial.params["learning_rate"]) + 3) - trial.params["candidate"]
        study.tell(trial, value)


def tried(study: optuna.Study) -> list[dict[str, object]]:
    return [trial.params for trial in study.get_trials() if counts(trial)]


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
    run(broken, config, folder, n - n_counted(broken))
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


def test_an_interrupted_trial_is_failed_queued_once_and_not_counted(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    left = begin(study, config, tmp_path)
    left.set_user_attr(SECONDS, 7.5)
    assert clear_interrupted(study, tmp_path) == 1
    assert clear_interrupted(study, tmp_path) == 0
    trials = study.get_trials()
    assert [trial.state for trial in trials] == [TrialState.FAIL, TrialState.WAITING]
    assert reason_of(trials[0]) == "interrupted"
    assert (n_counted(study), seconds_spent(study)) == (0, 7.5)
    assert begin(study, config, tmp_path).params == left.params


def test_a_kill_between_queueing_and_marking_queues_nothing_twice(
    config: RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = opened(config, tmp_path)
    begin(study, config, tmp_path)

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(study, "tell", killed)
        with pytest.raises(KeyboardInterrupt):
            clear_interrupted(study, tmp_path)
    clear_interrupted(study, tmp_path)
    assert [trial.state for trial in study.get_trials()] == [TrialState.FAIL, TrialState.WAITING]


def test_a_trial_killed_before_it_drew_still_tries_the_first_settings(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    first = first_params(config.tuning.search, (0, 1))
    ask_trial(study, config.seed, tmp_path, first)
    clear_interrupted(study, tmp_path)
    assert begin(study, config, tmp_path).params == first


def test_a_setting_that_kills_the_process_five_times_is_given_up(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    for _ in range(5):
        begin(study, config, tmp_path)
        clear_interrupted(study, tmp_path)
    assert [reason_of(trial) for trial in study.get_trials()] == ["interrupted"] * 4 + ["interrupted 5 times"]
    assert n_counted(study) == 1
    assert begin(study, config, tmp_path).params != study.get_trials()[0].params


def test_another_workers_trial_is_left_alone(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    begin(study, config, tmp_path / "elsewhere")
    assert clear_interrupted(study, tmp_path) == 0
    assert n_counted(study) == 1


def test_the_candidates_of_a_study_stay_those_it_began_with(config: RunConfig, tmp_path: Path) -> None:
    study = opened(config, tmp_path)
    assert settle_candidates(study, [0, 2]) == (0, 2)
    assert settle_candidates(study, [0, 1, 2]) == (0, 2)


def test_a_damaged_study_is_named(config: RunConfig, tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("this is no database" * 100)
    with pytest.raises(RunFolderError, match=r"study\.db") as caught:
        opened(config, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_database_that_does_not_answer_is_named_without_its_password(
    make_run_config: Callable[..., RunConfig], tmp_path: Path
) -> None:
    config = make_run_config(storage="postgresql+nothing://me:secret@nowhere/db")
    with pytest.raises(ConfigError, match=r"tuning\.storage.*nowhere/db") as caught:
        opened(config, tmp_path)
    assert "secret" not in str(caught.value)
