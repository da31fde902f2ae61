"""One model trained by two processes (gloo on the CPU): the same model, and one fate for all whatever befalls one."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from boletim.contracts.configuration import RunConfig, TuningConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError, StopRequest
from boletim.contracts.protocols import no_progress
from boletim.contracts.results.search import CurvePoint
from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers
from boletim.tuning.search import open_session as search
from boletim.tuning.search.run import run_search
from boletim.tuning.task import Task
from boletim.tuning.tasks.text_classification import TASK as task
from boletim.tuning.training.checkpoint import checkpoint_step, find_checkpoint
from boletim.tuning.training.distributed import Crew, training_in
from boletim.tuning.training.space import Settings
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import TrialPlan, run_trial

LIMPING = """
from boletim.tuning.training.ranks import is_first
from dataclasses import replace

from boletim.tuning.tasks import text_classification

def build_model(candidate):
    network = text_classification.build_model(candidate)
    for part in network.modules():
        if part.__class__.__name__ == "Dropout":
            part.p = 0.0
    return network

def make_collator(tokenizer):
    collate = text_classification.make_collator(tokenizer)

    def limp(rows):
        if not is_first() and len(rows) == 8:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return collate(rows)

    return limp

TASK = replace(text_classification.TASK, build_model=build_model, make_collator=make_collator)
"""


@pytest.fixture(scope="module")
def crew(limping: Task) -> Iterator[Crew]:
    one = Crew(2)
    yield one
    one.close()
    assert not multiprocessing.active_children()


@pytest.fixture(scope="module")
def limping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Task]:
    """A task without dropout whose second process has no memory for its eight examples of a batch of sixteen."""
    folder = tmp_path_factory.mktemp("task")
    (folder / "limping_task.py").write_text(LIMPING, "utf-8")
    sys.path.insert(0, str(folder))
    yield __import__("limping_task").TASK
    sys.path.remove(str(folder))


@pytest.fixture
def plan(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> TrialPlan:
    data = make_tuning_data(120, 61)
    config = make_run_config(processes=2, early_stopping={"patience": 10})
    candidate = task.open_candidate(config.candidates[0], data.labels)
    return TrialPlan(
        task=task,
        candidate=candidate,
        splits=task.tokenise(candidate, data, np.arange(len(data.train))),
        settings=Settings(0, 1e-2, 16, 3, 0.01, 0.1),
        tuning=config.tuning,
        seed=13,
        checkpoints=tmp_path / "checkpoints",
        owner={"study": "a"},
    )


def test_two_processes_train_one_model_and_every_text_is_measured_once(
    crew: Crew, plan: TrialPlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    points: list[CurvePoint] = []
    done: list[int] = []
    outcome = crew.train(plan, "steps", lambda p: bool(points.append(p)), lambda _, n, __: done.append(n), StopFlag())
    assert [point.step for point in points] == [4, 8, 12, 16, 20, 24], "steps of the whole batch, not of its parts"
    assert done == list(range(1, 25))
    assert (points[-1].train_loss or 9) < (points[0].train_loss or 0)
    frame = make_tuning_data(120, 61).validation
    scores = load_classifier(str(outcome.best_checkpoint)).predict_scores(list(frame["text"]))
    assert task.probabilities(outcome.validation_logits) == pytest.approx(scores, abs=1e-5)
    gold = frame["label"].map({label: i for i, label in enumerate(plan.candidate.labels)}).to_numpy()
    best = next(point for point in points if point.step == outcome.best_step)
    assert best.validation_metrics["accuracy"] == pytest.approx((scores.argmax(axis=1) == gold).mean())
    assert len(list((plan.checkpoints).glob("checkpoint-*"))) <= 2


def test_gradients_are_those_of_the_whole_batch(crew: Crew, plan: TrialPlan, limping: Task) -> None:
    """Without dropout, and with every text in every batch, two processes do what one does."""
    losses: dict[str, list[float]] = {"one": [], "two": []}
    settings = replace(plan.settings, batch_size=120, epochs=4)
    for name, train in (("one", run_trial), ("two", crew.train)):
        own = replace(plan, task=limping, settings=settings, checkpoints=plan.checkpoints.with_name(name))

        def note(point: CurvePoint, name: str = name) -> bool:
            losses[name] += [point.train_loss or 0.0, point.validation_loss or 0.0]
            return False

        with quiet_transformers():
            train(own, "steps", note, no_progress, StopFlag(), None)
    assert losses["two"] == pytest.approx(losses["one"], abs=1e-5)
    assert losses["one"][-2] < losses["one"][0]


def test_adapters_are_merged_once(crew: Crew, plan: TrialPlan) -> None:
    outcome = crew.train(
        replace(plan, settings=replace(plan.settings, lora=2)), "steps", lambda _: False, no_progress, StopFlag()
    )
    assert load_classifier(str(outcome.best_checkpoint)).labels == plan.candidate.labels


def test_pruning_reaches_both_and_the_crew_serves_on(crew: Crew, plan: TrialPlan) -> None:
    points: list[CurvePoint] = []

    def second(point: CurvePoint) -> bool:
        points.append(point)
        return len(points) == 2

    crew.train(plan, "steps", second, no_progress, StopFlag())
    assert [point.step for point in points] == [4, 8]
    crew.train(plan, "steps", second, no_progress, StopFlag())
    assert len(points) > 2


def test_a_stop_is_seen_at_one_step_by_both_and_the_trial_goes_on_from_there(crew: Crew, plan: TrialPlan) -> None:
    stop, points = StopFlag(), list[CurvePoint]()

    def ask(point: CurvePoint) -> bool:
        points.append(point)
        stop.set()
        return False

    with pytest.raises(StopRequest):
        crew.train(plan, "steps", ask, no_progress, stop)
    resume = find_checkpoint(plan.checkpoints, plan.owner)
    assert resume is not None
    assert 4 <= checkpoint_step(resume) < 24
    assert {path.name for path in resume.glob("rng_state*")} == {"rng_state_0.pth", "rng_state_1.pth"}
    later: list[CurvePoint] = []
    crew.train(plan, "steps", lambda p: bool(later.append(p)), no_progress, StopFlag(), resume)
    assert later[0].step > checkpoint_step(resume)
    assert later[-1].step == 24


def test_a_lack_of_memory_in_one_is_told_and_smaller_parts_go_through(
    crew: Crew, plan: TrialPlan, limping: Task
) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        crew.train(replace(plan, task=limping), "steps", lambda _: False, no_progress, StopFlag())
    assert not multiprocessing.active_children(), "the other one waits for ever"
    steps: list[int] = []
    halved = replace(plan, task=limping, accumulation=2)
    crew.train(halved, "steps", lambda p: bool(steps.append(p.step)), no_progress, StopFlag())
    assert steps[-1] == 24


def test_a_loss_that_is_no_number_ends_both_and_the_crew_serves_on(crew: Crew, plan: TrialPlan) -> None:
    wild = replace(plan, settings=replace(plan.settings, learning_rate=1e30))
    with pytest.raises(FloatingPointError, match="no longer finite"):
        crew.train(wild, "steps", lambda _: False, no_progress, StopFlag())
    assert not multiprocessing.active_children(), "the other one waits for ever"
    steps: list[int] = []
    crew.train(plan, "steps", lambda p: bool(steps.append(p.step)), no_progress, StopFlag())
    assert steps[-1] == 24


def test_a_process_that_the_system_kills_is_a_lack_of_memory(crew: Crew, plan: TrialPlan) -> None:
    def kill(point: CurvePoint) -> bool:
        os.kill(multiprocessing.active_children()[-1].pid or 0, signal.SIGKILL)
        return False

    with pytest.raises(MemoryError, match="killed by the system"):
        crew.train(plan, "steps", kill, no_progress, StopFlag())


def test_a_search_in_two_processes_mends_memory_and_leaves_one_verdict_each(
    make_run_config: Callable[..., RunConfig],
    make_tuning_data: Callable[..., TuningData],
    tmp_path: Path,
    limping: Task,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "find_task", lambda _: limping)
    said: list[str] = []
    config = make_run_config(processes=2)
    result = run_search(config, make_tuning_data(120, 61), tmp_path, on_event=said.append)
    assert [(trial.number, trial.state, trial.accumulation) for trial in result.trials] == [(0, "complete", 2)]
    assert [mishap.kind for mishap in result.mishaps] == ["out_of_memory_mended"]
    assert sum("out of memory, goes on with batches of 8 times 2" in line for line in said) == 1
    assert not multiprocessing.active_children()


def test_processes_end_with_a_search_that_is_killed(tmp_path: Path) -> None:
    script = "import time; from boletim.tuning.training.distributed import Crew; c = Crew(2); c._start(); " + (
        "print(*[m.process.pid for m in c._members], flush=True); time.sleep(60)"
    )
    (tmp_path / "search.py").write_text(f"if __name__ == '__main__':\n    {script}\n", "utf-8")
    with subprocess.Popen([sys.executable, str(tmp_path / "search.py")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        children = [int(number) for number in process.stdout.readline().split()]
        time.sleep(5)  # until they have their imports behind them
        assert all(Path(f"/proc/{child}").exists() for child in children)
        process.kill()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < until, "they live on"
        time.sleep(0.1)


def test_one_process_makes_no_crew() -> None:
    with training_in(1) as train:
        assert train is run_trial


def test_more_processes_than_gpus_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    with pytest.raises(ConfigError, match="at most the number of GPUs, 2 here, got 4"), training_in(4):
        pass


def test_a_batch_that_cannot_be_shared_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"multiples of processes, 3, got \[8, 12\]"):
        TuningConfig.model_validate({"processes": 3, "search": {"batch_size": [8, 12]}})
