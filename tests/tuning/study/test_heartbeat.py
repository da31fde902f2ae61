import time
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest

from boletim.contracts.configuration import RunConfig
from boletim.tuning.study import heartbeat as pulse
from boletim.tuning.study.study import open_study
from boletim.tuning.study.trial_slots import claim_trial, places_of


@pytest.fixture
def study(make_run_config: Callable[..., RunConfig], tmp_path: Path) -> optuna.Study:
    return open_study(make_run_config(trials=3), tmp_path, [True])


def claimed(study: optuna.Study) -> optuna.Trial:
    trial = claim_trial(study, 13, "someone", 3, {})
    assert trial is not None
    return trial


def test_a_silent_worker_loses_its_trial_and_a_living_one_keeps_it(
    study: optuna.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(pulse, "monotonic", lambda: now[0])
    silent, living = claimed(study), claimed(study)
    watch = pulse.Watch(study)
    for beat, second in enumerate((0, 50, 100, 121)):
        now[0] = second
        living.set_user_attr("beat", beat)
        assert watch.free_silent() == ([0] if second > 120 else [])
    assert places_of(study)[0].owner is None
    assert places_of(study)[1].owner is not None
    with pytest.raises(optuna.exceptions.UpdateFinishedTrialError):
        silent.report(0.5, 1)
    assert claimed(study).user_attrs["place"] == 0


def test_the_pulse_beats_while_the_trial_runs_and_no_longer(
    study: optuna.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "BEAT_S", 0.02)
    trial = claimed(study)
    with pulse.beating(study, trial):
        time.sleep(0.5)
    beats = study.get_trials()[0].user_attrs["beat"]
    assert beats >= 2
    time.sleep(0.1)
    assert study.get_trials()[0].user_attrs["beat"] == beats
