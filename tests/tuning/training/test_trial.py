from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sklearn.metrics import log_loss

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import StopRequest
from boletim.contracts.protocols import no_progress
from boletim.contracts.results.search import CurvePoint
from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers
from boletim.tuning.tasks.text_classification import TASK as task
from boletim.tuning.training.checkpoint import checkpoint_step, find_checkpoint
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.space import Settings
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import run_trial, training_arguments

MakePlan = Callable[..., TrialPlan]


@pytest.fixture
def make_plan(make_run_config: Callable[..., RunConfig], tmp_path: Path) -> MakePlan:
    def make(
        data: TuningData,
        *,
        learning_rate: float = 5e-3,
        epochs: int = 3,
        folder: str = "checkpoints",
        also: dict[str, Any] | None = None,
        **tuning: Any,
    ) -> TrialPlan:
        config = make_run_config(**tuning)
        candidate = task.open_candidate(config.candidates[0], data.labels)
        return TrialPlan(
            task=task,
            candidate=candidate,
            splits=task.tokenise(candidate, data, np.arange(len(data.train))),
            settings=Settings(0, learning_rate, 16, epochs, 0.01, 0.1, **(also or {})),
            tuning=config.tuning,
            seed=13,
            checkpoints=tmp_path / folder,
            owner={"study": "a"},
        )

    return make


def trained(plan: TrialPlan, stop_after: int | None = None) -> tuple[TrialOutcome, list[CurvePoint]]:
    """How it went and its evaluations; all are whole but that at which it was told to end."""
    points: list[CurvePoint] = []

    def on_point(point: CurvePoint) -> bool:
        if point.is_whole:
            points[-1] = point
            return False
        points.append(point)
        return len(points) == stop_after

    with quiet_transformers():
        return run_trial(plan, "steps", on_point, no_progress, StopFlag()), points


def test_each_evaluation_measures_both_sides_in_evaluation_mode(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    data = make_tuning_data()
    outcome, points = trained(make_plan(data))
    assert [point.step for point in points] == [4, 8, 12, 16, 20, 24]
    assert points[-1].epoch == 3
    best = next(point for point in points if point.step == outcome.best_step)
    classifier = load_classifier(str(outcome.best_checkpoint))
    for frame, loss, metrics in (
        (data.train, best.train_loss, best.train_metrics),
        (data.validation, best.validation_loss, best.validation_metrics),
    ):
        gold = frame["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()
        scores = classifier.predict_scores(list(frame["text"]))
        assert loss == pytest.approx(log_loss(gold, scores), abs=1e-5)
        assert metrics["accuracy"] == pytest.approx((scores.argmax(axis=1) == gold).mean())


def test_a_model_learns_texts_whose_words_give_them_away(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    outcome, points = trained(make_plan(make_tuning_data(240), learning_rate=1e-2, epochs=4))
    assert outcome.best_value > 0.9
    assert points[-1].train_loss is not None
    assert points[-1].train_loss < 0.5 * (points[0].train_loss or 0)


def test_the_kept_checkpoint_is_the_best_and_the_only_one(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    data = make_tuning_data(noise=1.0)  # nothing to learn: the loss on validation rises
    plan = make_plan(data, learning_rate=2e-2, epochs=4, objective="log_loss", early_stopping={"patience": 100})
    outcome, points = trained(plan)
    losses = [point.validation_metrics["log_loss"] for point in points]
    assert outcome.best_value == min(losses)
    assert outcome.best_step == points[int(np.argmin(losses))].step
    assert outcome.best_step < points[-1].step, "or this test proves nothing"
    assert not outcome.stopped_early
    assert [path.name for path in plan.checkpoints.iterdir()] == [f"checkpoint-{outcome.best_step}"]


@pytest.mark.parametrize("also", [{"lora": 8}, {"freeze_layers": 1}, {"label_smoothing": 0.2}])
def test_adapters_frozen_layers_and_smoothing_train_an_ordinary_model(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData], also: dict[str, Any]
) -> None:
    data = make_tuning_data(240)
    outcome, points = trained(make_plan(data, learning_rate=2e-2, epochs=4, also=also))
    best = next(point for point in points if point.step == outcome.best_step)
    classifier = load_classifier(str(outcome.best_checkpoint))
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()
    scores = classifier.predict_scores(list(data.validation["text"]))
    assert task.probabilities(outcome.validation_logits) == pytest.approx(scores, abs=1e-5)
    assert best.validation_loss == pytest.approx(log_loss(gold, scores), abs=1e-5), "plain, though training smooths it"
    assert best.validation_metrics["accuracy"] == pytest.approx((scores.argmax(axis=1) == gold).mean())
    assert best.validation_metrics["accuracy"] > 0.7  # of three classes


def test_early_stopping_begins_anew_in_each_trial(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    data = make_tuning_data(48, 30)
    for _ in range(2):
        plan = make_plan(data, learning_rate=1e-8, epochs=6, early_stopping={"patience": 2})
        outcome, points = trained(plan)
        assert len(points) == 3, "the first evaluation is the best, two more bring nothing"
        assert outcome.stopped_early


@pytest.mark.parametrize("objective", ["f1_macro", "log_loss"])
def test_training_ends_where_the_listener_says_and_nothing_more_is_measured_or_saved(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData], objective: str
) -> None:
    data, also = make_tuning_data(120, 60), {"objective": objective}
    whole, all_points = trained(make_plan(data, folder="whole", **also))
    plan = make_plan(data, **also)
    outcome, points = trained(plan, stop_after=4)
    assert points[:3] == all_points[:3]
    unmeasured = {"train_loss": None, "train_metrics": {}}
    assert points[3:] == [all_points[3].model_copy(update=unmeasured)]
    values = [point.validation_metrics[objective] for point in points]
    assert outcome.best_value == (min(values) if objective == "log_loss" else max(values))
    assert outcome.best_step in [p.step for p in points if p.validation_metrics[objective] == outcome.best_value]
    assert (outcome.best_checkpoint, outcome.stopped_early) == (None, True)
    assert whole.best_step >= points[3].step, "or this test proves nothing"
    assert not (plan.checkpoints / f"checkpoint-{points[3].step}").exists()


def test_equal_plans_give_equal_models(make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]) -> None:
    data = make_tuning_data(48, 30)
    torch.manual_seed(99)
    first, points = trained(make_plan(data, epochs=1))
    weights = load_file(first.best_checkpoint / "model.safetensors")
    again, same = trained(make_plan(data, epochs=1))
    assert points == same
    others = load_file(again.best_checkpoint / "model.safetensors")
    assert all(torch.equal(weights[name], others[name]) for name in weights)


@pytest.mark.parametrize(
    ("stop_at", "also"),
    [
        (2, {}),
        (4, {}),
        (8, {}),
        (13, {}),
        (13, {"lora": 4}),
        (6, {"freeze_layers": 1, "label_smoothing": 0.1}),
    ],
)
def test_a_stopped_training_goes_on_to_the_same_end(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData], stop_at: int, also: dict[str, Any]
) -> None:
    data = make_tuning_data(120, 30)  # 8 steps an epoch, evaluations at 4, 8, 12…
    stopping = {"patience": 2, "min_delta": 0}
    whole, points = trained(make_plan(data, folder="whole", also=also, early_stopping=stopping))
    plan = make_plan(data, folder="torn", also=also, early_stopping=stopping)
    stop = StopFlag()
    seen: list[CurvePoint] = []

    def progress(what: str, done: int, total: int) -> None:
        if done == stop_at:
            stop.set()

    def on_point(point: CurvePoint) -> bool:
        seen.extend([point] if point.is_whole else [])
        return False

    with quiet_transformers():
        with pytest.raises(StopRequest):
            run_trial(plan, "steps", on_point, progress, stop)
        resume = find_checkpoint(plan.checkpoints, plan.owner)
        assert resume is not None
        assert stop_at <= checkpoint_step(resume) <= stop_at + 1
        torch.manual_seed(99)
        again = run_trial(plan, "steps", on_point, no_progress, StopFlag(), resume)
    assert seen == points
    assert (again.best_step, again.best_value, again.stopped_early) == (
        whole.best_step,
        whole.best_value,
        whole.stopped_early,
    )
    weights, others = (load_file(o.best_checkpoint / "model.safetensors") for o in (whole, again))
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def gone_on(plan: TrialPlan, outcome: TrialOutcome, answer: bool) -> TrialOutcome:
    """What a training comes to that goes on from its last checkpoint: not a step, and the same weights."""
    weights = load_file(outcome.best_checkpoint / "model.safetensors")
    resume = find_checkpoint(plan.checkpoints, plan.owner)
    steps: list[int] = []
    with quiet_transformers():
        again = run_trial(plan, "steps", lambda point: answer, lambda *step: steps.append(step[1]), StopFlag(), resume)
    assert steps == []
    np.testing.assert_array_equal(again.validation_logits, outcome.validation_logits)
    others = load_file(again.best_checkpoint / "model.safetensors")
    assert all(torch.equal(weights[name], others[name]) for name in weights)
    return again


def test_a_training_killed_after_its_last_step_trains_no_more(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    plan = make_plan(make_tuning_data(120, 60), epochs=1)
    outcome, points = trained(plan)
    assert outcome.best_step == points[-1].step == 8, "or this test proves nothing"
    assert gone_on(plan, outcome, answer=True) == outcome


@pytest.mark.parametrize("also", [{}, {"lora": 4}])
def test_a_training_killed_when_its_patience_had_ended_trains_no_more(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData], also: dict[str, Any]
) -> None:
    """Predictions stay, so that patience ends; the loss falls, so that each evaluation is the best and is saved."""
    plan = make_plan(make_tuning_data(120, 30), learning_rate=1e-6, also=also, early_stopping={"patience": 2})
    outcome, points = trained(plan)
    assert outcome.stopped_early
    assert outcome.best_step == points[-1].step == 12, "or this test proves nothing"
    assert gone_on(plan, outcome, answer=False) == outcome


def test_a_batch_cut_in_parts_trains_as_the_whole_batch(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    def without_dropout(candidate: Any) -> Any:
        network = task.build_model(candidate)
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        return network

    data, dry = make_tuning_data(80, 30), replace(task, build_model=without_dropout)
    whole = replace(make_plan(data, folder="whole", epochs=1), task=dry)
    cut = replace(make_plan(data, folder="cut", epochs=1), task=dry, accumulation=4)
    (_, points), (_, others) = trained(whole), trained(cut)
    assert [point.step for point in points] == [point.step for point in others]
    assert training_arguments(cut).train_batch_size == 4
    for point, other in zip(points, others, strict=True):
        assert other.validation_loss == pytest.approx(point.validation_loss, abs=1e-4)


def test_bf16_trains_on_a_cpu_and_keeps_fp32_weights(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    outcome, points = trained(make_plan(make_tuning_data(48, 30), epochs=1, precision="bf16"))
    assert np.isfinite([point.train_loss for point in points]).all()
    weights = load_file(outcome.best_checkpoint / "model.safetensors")
    assert {tensor.dtype for tensor in weights.values() if tensor.is_floating_point()} == {torch.float32}


def test_a_loss_that_is_not_finite_ends_the_trial(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]
) -> None:
    def broken(candidate: Any) -> Any:
        network = task.build_model(candidate)
        torch.nn.init.constant_(network.classifier.weight, float("nan"))
        return network

    plan = replace(make_plan(make_tuning_data(48, 30), epochs=1), task=replace(task, build_model=broken))
    with pytest.raises(FloatingPointError, match="loss not finite at"):
        trained(plan)


@pytest.mark.parametrize(("n_train", "per_epoch", "expected"), [(160, 2, 5), (161, 2, 6), (16, 2, 1), (160, 3, 4)])
def test_evaluations_are_spread_over_the_epoch(
    make_plan: MakePlan, make_tuning_data: Callable[..., TuningData], n_train: int, per_epoch: int, expected: int
) -> None:
    plan = make_plan(make_tuning_data(n_train, 6), evaluations_per_epoch=per_epoch)
    assert training_arguments(plan).eval_steps == expected


def test_trackers_reach_the_trainer(make_plan: MakePlan, make_tuning_data: Callable[..., TuningData]) -> None:
    data = make_tuning_data(16, 6)
    assert training_arguments(make_plan(data)).report_to == []
    assert training_arguments(make_plan(data, report_to=["mlflow", "wandb"])).report_to == ["mlflow", "wandb"]
