"""Several trials at a time, on an engine whose workers are threads and whose trainings are told what to do."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import RunFolderError, StopRequest
from boletim.contracts.results.search import CurvePoint, TrainedModel, Whereabouts
from boletim.engine.engine import Here, LostWorkerError
from boletim.tuning.search import open_session, run
from boletim.tuning.search.run import run_search
from boletim.tuning.training import on_engine
from boletim.tuning.training.checkpoint import LOGITS
from boletim.tuning.training.plan import TrialOutcome

MakeConfig = Callable[..., RunConfig]


class Threads(Here):
    """Done in the thread that asks, three at a time."""

    n_at_once = 3


class Trainings:
    """Stand where trials are trained; each waits a moment at its one evaluation."""

    def __init__(self) -> None:
        self.running, self.most, self.ends = 0, 0, dict[int, list[BaseException]]()
        self.begun: list[int] = []

    def run_trial(self, plan: Any, name: str, on_point: Any, progress: Any, stop: Any, resume: Any) -> TrialOutcome:
        place = plan.owner["place"]
        self.begun.append(place)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            time.sleep(0.15)
            if self.ends.get(place):
                raise self.ends[place].pop(0)
            stop.check()
            value = plan.settings.learning_rate
            on_point(CurvePoint(step=1, epoch=1, validation_loss=1.0, validation_metrics={"f1_macro": value}))
            made = plan.checkpoints / "checkpoint-1"
            made.mkdir(parents=True)
            (made / "model.safetensors").write_bytes(str(value).encode())
            logits = np.zeros((len(plan.splits["validation"]), 3), dtype=np.float32)
            np.save(made / LOGITS, logits)
            return TrialOutcome(made, value, 1, False, logits)
        finally:
            self.running -= 1


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> Trainings:
    @contextmanager
    def open_engine(*_: Any) -> Iterator[Here]:
        yield Threads()

    made = Trainings()
    monkeypatch.setattr(open_session, "open_engine", open_engine)
    monkeypatch.setattr(on_engine, "run_trial", made.run_trial)
    stands = TrainedModel.model_construct(folder="model", params={})
    monkeypatch.setattr(run, "trained_model", lambda *_: stands)
    return made


@pytest.fixture
def config(make_run_config: MakeConfig) -> RunConfig:
    return make_run_config(trials=9, search={"learning_rate": [1e-4, 1e-2], "epochs": 1})


def test_three_at_a_time_fill_every_place_once(
    config: RunConfig, make_tuning_data: Callable[..., TuningData], trainings: Trainings, tmp_path: Path
) -> None:
    result = run_search(config, make_tuning_data(30, 15), tmp_path)
    assert trainings.most == 3
    assert Counter(trainings.begun) == dict.fromkeys(range(9), 1)
    assert [trial.state for trial in result.trials] == ["complete"] * 9
    best = max(result.trials, key=lambda trial: trial.objective or 0)
    assert result.best_trial == best.number
    assert (tmp_path / "model" / "model.safetensors").read_text() == str(best.objective)
    kept = {path.parent.parent.name for path in tmp_path.glob("trials/*/best/model.safetensors")}
    assert kept == {f"{best.number:04d}"}
    assert not list(tmp_path.rglob("checkpoint*"))


def test_the_result_numbers_the_machines_in_the_order_of_their_trials_and_names_none(
    config: RunConfig,
    make_tuning_data: Callable[..., TuningData],
    trainings: Trainings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(on_engine, "machine_mark", lambda: "ab"[trainings.begun[-1] % 2])
    monkeypatch.setattr(on_engine, "_device", lambda: "A100 (GPU 3)")
    monkeypatch.setattr(Threads, "n_at_once", 1)
    trainings.ends = {3: [RuntimeError("broken")]}
    result = run_search(config, make_tuning_data(30, 15), tmp_path)
    machines = [trial.where.machine if trial.where is not None else None for trial in result.trials]
    assert machines == [1, 2, 1, None, 1, 2, 1, 2, 1]
    assert result.trials[0].where == Whereabouts(machine=1, device="A100 (GPU 3)")


def test_a_trial_whose_worker_dies_goes_on_and_five_deaths_are_a_verdict(
    config: RunConfig, make_tuning_data: Callable[..., TuningData], trainings: Trainings, tmp_path: Path
) -> None:
    trainings.ends = {
        2: [LostWorkerError("its node died")],
        4: [LostWorkerError("its node died")] * 5,
        6: [LostWorkerError("its node was asked to stop", has_saved=True)] * 7,
    }
    said: list[str] = []
    result = run_search(config, make_tuning_data(30, 15), tmp_path, on_event=said.append)
    assert [trial.state for trial in result.trials] == ["complete"] * 4 + ["failed"] + ["complete"] * 4
    assert [trial.n_interruptions for trial in result.trials] == [0, 0, 1, 0, 4, 0, 7, 0, 0]
    assert sum("interrupted, its node died" in line for line in said) == 6
    assert result.trials[4].reason is not None
    assert result.trials[4].reason.kind == "interrupted"
    assert {mishap.trial for mishap in result.mishaps if mishap.kind == "interrupted_repeated"} == {2, 4, 6}


@pytest.mark.parametrize(
    "error", [RunFolderError("the disk is full"), StopRequest("asked to stop"), KeyboardInterrupt()]
)
def test_what_ends_the_search_lets_the_others_end_first_and_nothing_is_lost(
    error: BaseException,
    config: RunConfig,
    make_tuning_data: Callable[..., TuningData],
    trainings: Trainings,
    tmp_path: Path,
) -> None:
    trainings.ends = {4: [error]}
    before = threading.active_count()
    with pytest.raises(type(error)):
        run_search(config, make_tuning_data(30, 15), tmp_path)
    assert trainings.running == 0
    assert threading.active_count() <= before + 1, "a trial's thread is left"
    begun = len(trainings.begun)
    result = run_search(config, make_tuning_data(30, 15), tmp_path)
    assert [trial.state for trial in result.trials] == ["complete"] * 9
    assert 9 <= len(trainings.begun) <= 9 + 3
    assert begun < 9


def test_one_failed_training_of_many_is_told_and_the_search_goes_on(
    config: RunConfig, make_tuning_data: Callable[..., TuningData], trainings: Trainings, tmp_path: Path
) -> None:
    trainings.ends = {3: [FloatingPointError("no number")], 5: [MemoryError("out of memory")]}
    result = run_search(config, make_tuning_data(30, 15), tmp_path)
    assert (result.trials[3].state, result.trials[5].state) == ("pruned", "complete")
    assert result.trials[5].accumulation > 1
