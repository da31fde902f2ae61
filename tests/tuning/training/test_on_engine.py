"""A trial elsewhere, and one model trained by two processes (gloo on the CPU): the same model, one fate for all."""

import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boletim.contracts.configuration import RunConfig, TuningConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import StopRequest
from boletim.contracts.files.atomic import hash_folder
from boletim.contracts.protocols import no_progress
from boletim.contracts.results.search import CurvePoint
from boletim.engine.engine import Job, LostWorkerError, Stop
from boletim.engine.floor import Floor
from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers
from boletim.tuning.search import open_session as search
from boletim.tuning.search.run import run_search
from boletim.tuning.task import Task
from boletim.tuning.tasks.text_classification import TASK as task
from boletim.tuning.training import engines, on_engine
from boletim.tuning.training.checkpoint import checkpoint_step, find_checkpoint
from boletim.tuning.training.on_engine import Train, training_on
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.space import Settings
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import run_trial

LIMPING = """
import os
import signal
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

def make_dying_collator(tokenizer):
    def die(rows):
        if not is_first():
            os.kill(os.getpid(), signal.SIGKILL)
        return text_classification.make_collator(tokenizer)(rows)

    return die

TASK = replace(text_classification.TASK, build_model=build_model, make_collator=make_collator)
"""


def sent(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


class Elsewhere:
    """Another process as far as a job can see: what it is given and gives back is pickled."""

    n_at_once = 1

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        class Wire:
            rank, n, meeting, is_here = 0, 1, "", False

            def ask(self, message: Any) -> Any:
                return sent(hear(sent(message)))

            tell = ask

            def is_stop_asked(self) -> bool:
                return stop.is_set

        return sent(sent(job)(Wire()))


@pytest.fixture(scope="module")
def train(limping: Task) -> Iterator[Train]:
    """Trains with two processes together."""
    from boletim.engine.on_ray import ray_engine

    with ray_engine(None, 1, 2, "tests", engines._weight) as engine, Floor() as floor:
        yield training_on(engine, floor)


@pytest.fixture(scope="module")
def limping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Task]:
    """A task without dropout whose second process has no memory for its eight examples of a batch of sixteen."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'boletim[ray]'")
    folder = tmp_path_factory.mktemp("task")
    (folder / "limping_task.py").write_text(LIMPING, "utf-8")
    sys.path.insert(0, str(folder))
    module = __import__("limping_task")
    ray.cloudpickle.register_pickle_by_value(module)  # workers do not find it
    yield module.TASK
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


def gather(points: list[CurvePoint]) -> Callable[[CurvePoint], bool]:
    return lambda point: point.is_whole and bool(points.append(point))


def test_two_processes_train_one_model_and_every_text_is_measured_once(
    train: Train, plan: TrialPlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    points: list[CurvePoint] = []
    done: list[int] = []
    outcome = train(plan, "steps", gather(points), lambda _, n, __: done.append(n), StopFlag())
    assert [point.step for point in points] == [4, 8, 12, 16, 20, 24], "steps of the whole batch, not of its parts"
    assert done == sorted(done)
    assert done[-1] == 24
    assert (points[-1].train_loss or 9) < (points[0].train_loss or 0)
    frame = make_tuning_data(120, 61).validation
    scores = load_classifier(str(outcome.best_checkpoint)).predict_scores(list(frame["text"]))
    assert task.probabilities(outcome.validation_logits) == pytest.approx(scores, abs=1e-5)
    gold = frame["label"].map({label: i for i, label in enumerate(plan.candidate.labels)}).to_numpy()
    best = next(point for point in points if point.step == outcome.best_step)
    assert best.validation_metrics["accuracy"] == pytest.approx((scores.argmax(axis=1) == gold).mean())
    assert len(list((plan.checkpoints).glob("checkpoint-*"))) <= 2


def test_gradients_are_those_of_the_whole_batch(train: Train, plan: TrialPlan, limping: Task) -> None:
    """Without dropout, and with every text in every batch, two processes do what one does."""
    losses: dict[str, list[float]] = {"one": [], "two": []}
    settings = replace(plan.settings, batch_size=120, epochs=4)
    for name, one in (("one", run_trial), ("two", train)):
        own = replace(plan, task=limping, settings=settings, checkpoints=plan.checkpoints.with_name(name))

        def note(point: CurvePoint, name: str = name) -> bool:
            losses[name] += [point.train_loss, point.validation_loss or 0.0] if point.train_loss is not None else []
            return False

        with quiet_transformers():
            one(own, "steps", note, no_progress, StopFlag(), None)
    assert losses["two"] == pytest.approx(losses["one"], abs=1e-5)
    assert losses["one"][-2] < losses["one"][0]


def test_adapters_are_merged_once(train: Train, plan: TrialPlan) -> None:
    outcome = train(
        replace(plan, settings=replace(plan.settings, lora=2)), "steps", lambda _: False, no_progress, StopFlag()
    )
    assert load_classifier(str(outcome.best_checkpoint)).labels == plan.candidate.labels


def test_pruning_reaches_both_and_they_serve_on(train: Train, plan: TrialPlan) -> None:
    points: list[CurvePoint] = []

    def second(point: CurvePoint) -> bool:
        points.append(point)
        return len(points) == 3

    train(plan, "steps", second, no_progress, StopFlag())
    assert [(point.step, point.is_whole) for point in points] == [(4, False), (4, True), (8, False)]
    train(plan, "steps", second, no_progress, StopFlag())
    assert len(points) > 3


def test_a_stop_is_seen_at_one_step_by_both_and_the_trial_goes_on_from_there(train: Train, plan: TrialPlan) -> None:
    stop, points = StopFlag(), list[CurvePoint]()

    def ask(point: CurvePoint) -> bool:
        points.append(point)
        stop.set()
        return False

    with pytest.raises(StopRequest):
        train(plan, "steps", ask, no_progress, stop)
    resume = find_checkpoint(plan.checkpoints, plan.owner)
    assert resume is not None
    assert 4 <= checkpoint_step(resume) < 24
    assert {path.name for path in resume.glob("rng_state*")} == {"rng_state_0.pth", "rng_state_1.pth"}
    later: list[CurvePoint] = []
    train(plan, "steps", lambda p: bool(later.append(p)), no_progress, StopFlag(), resume)
    assert later[0].step > checkpoint_step(resume)
    assert later[-1].step == 24


def test_a_lack_of_memory_in_one_is_told_and_smaller_parts_go_through(
    train: Train, plan: TrialPlan, limping: Task
) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        train(replace(plan, task=limping), "steps", lambda _: False, no_progress, StopFlag())
    steps: list[int] = []
    halved = replace(plan, task=limping, accumulation=2)
    train(halved, "steps", lambda p: bool(steps.append(p.step)), no_progress, StopFlag())
    assert steps[-1] == 24


def test_a_loss_that_is_no_number_ends_both_and_they_serve_on(train: Train, plan: TrialPlan) -> None:
    wild = replace(plan, settings=replace(plan.settings, learning_rate=1e30))
    with pytest.raises(FloatingPointError, match="loss not finite"):
        train(wild, "steps", lambda _: False, no_progress, StopFlag())
    steps: list[int] = []
    train(plan, "steps", lambda p: bool(steps.append(p.step)), no_progress, StopFlag())
    assert steps[-1] == 24


def test_a_process_that_is_killed_loses_the_trial_for_all(train: Train, plan: TrialPlan, limping: Task) -> None:
    dying = replace(limping, make_collator=__import__("limping_task").make_dying_collator)
    with pytest.raises(LostWorkerError):
        train(replace(plan, task=dying), "steps", lambda _: False, no_progress, StopFlag())


def test_where_the_run_folder_is_not_seen_checkpoints_travel_and_the_trial_ends_as_it_would(
    plan: TrialPlan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = run_trial(plan, "steps", lambda _: False, no_progress, StopFlag(), None)
    away = replace(plan, checkpoints=tmp_path / "away" / "checkpoints")
    monkeypatch.setattr(on_engine, "_witness", lambda folder: nullcontext(tmp_path / "not there"))
    points, stop = list[CurvePoint](), StopFlag()

    def ask_to_stop(point: CurvePoint) -> bool:
        points.append(point)
        if len(points) == 3:
            stop.set()
        return False

    with Floor() as floor:
        train = training_on(Elsewhere(), floor)
        with pytest.raises(StopRequest):
            train(away, "steps", ask_to_stop, no_progress, stop, None)
        resume = find_checkpoint(away.checkpoints, away.owner)
        assert resume is not None
        outcome = train(away, "steps", lambda _: False, no_progress, StopFlag(), resume)
    assert outcome.best_checkpoint.parent == away.checkpoints
    assert hash_folder(outcome.best_checkpoint, "*.safetensors") == hash_folder(whole.best_checkpoint, "*.safetensors")
    assert (outcome.validation_logits == whole.validation_logits).all()
    assert {path.name for path in away.checkpoints.iterdir()} == {path.name for path in plan.checkpoints.iterdir()}
    assert not list(Path(tempfile.gettempdir()).glob("boletim-*/checkpoints")), "something is left over"


def test_the_mark_of_a_driver_that_was_killed_does_not_stay(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    left = tmp_path / "trials" / "0000" / ".seen-0123"
    left.parent.mkdir(parents=True)
    left.touch()
    run_search(make_run_config(trials=1), make_tuning_data(), tmp_path)
    assert not left.exists()


def test_adapters_that_were_merged_elsewhere_come_back(
    plan: TrialPlan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(on_engine, "_witness", lambda folder: nullcontext(tmp_path / "not there"))
    with Floor() as floor:
        own = replace(plan, settings=replace(plan.settings, lora=2))
        outcome = training_on(Elsewhere(), floor)(own, "steps", lambda _: False, no_progress, StopFlag(), None)
    assert load_classifier(str(outcome.best_checkpoint)).labels == plan.candidate.labels


def test_where_the_study_lies_does_not_travel(plan: TrialPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[TrialPlan] = []

    def note(plan: TrialPlan, *_: object) -> TrialOutcome:
        seen.append(plan)
        return TrialOutcome(plan.checkpoints, 0.0, 1, False, np.zeros((1, 2), np.float32))

    monkeypatch.setattr(on_engine, "run_trial", note)
    tuning = plan.tuning.model_copy(
        update={"storage": "postgresql+psycopg://me@db.example.org/db", "cluster": "10.0.0.1"}
    )
    with Floor() as floor:
        training_on(Elsewhere(), floor)(replace(plan, tuning=tuning), "steps", lambda _: False, no_progress, StopFlag())
    assert "db.example.org" not in str(seen[0].tuning)
    assert "10.0.0.1" not in str(seen[0].tuning)


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


def test_a_batch_that_cannot_be_shared_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"multiples of processes, 3, got \[8, 12\]"):
        TuningConfig.model_validate({"processes": 3, "search": {"batch_size": [8, 12]}})
