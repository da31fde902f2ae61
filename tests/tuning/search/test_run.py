import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from optuna.pruners import BasePruner
from sklearn.metrics import f1_score, log_loss
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ConfigError, ModelError, RunFolderError
from boletim.contracts.files.atomic import hash_folder, write_json
from boletim.contracts.meaning import Reason
from boletim.contracts.results.search import N_RANDOM, SearchResult, SearchStatus
from boletim.models.load import load_classifier
from boletim.tuning.search.run import run_search
from boletim.tuning.study import study as studies
from boletim.tuning.training import on_engine as crew
from boletim.tuning.training.history import read_points
from boletim.tuning.training.plan import TrialPlan
from boletim.tuning.training.trial import training_arguments

SPACE = {"learning_rate": [1e-4, 1e-2], "batch_size": [16, 32], "epochs": [1, 3], "weight_decay": [0.0, 0.1]}
MakeConfig = Callable[..., RunConfig]
MakeData = Callable[..., TuningData]


def told(result: SearchResult) -> list[tuple[Any, ...]]:
    """What the trials were and came to, without times."""
    return [(trial.params, trial.objective, trial.state, trial.reason, trial.curve) for trial in result.trials]


def weights_in(folder: Path) -> set[str]:
    found = [path for pattern in ("*.safetensors", "*.bin", "*.pt") for path in folder.rglob(pattern)]
    return {path.relative_to(folder).as_posix() for path in found}


@pytest.fixture(scope="module")
def config(make_run_config: MakeConfig) -> RunConfig:
    return make_run_config(trials=6, search=SPACE, pruner="hyperband")


@pytest.fixture(scope="module")
def data(make_tuning_data: MakeData) -> TuningData:
    return make_tuning_data(120, 60)


@pytest.fixture(scope="module")
def events() -> list[str]:
    return []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def whole(config: RunConfig, data: TuningData, folder: Path, events: list[str]) -> SearchResult:
    return run_search(config, data, folder, on_event=events.append)


def test_the_result_is_whole(whole: SearchResult, folder: Path, tmp_path: Path) -> None:
    assert len(whole.trials) == whole.n_planned == 6
    assert (whole.ended_because, whole.validation_n, whole.n_failed) == ("trials", 60, 0)
    complete = [trial for trial in whole.trials if trial.state == "complete"]
    best = max(complete, key=lambda trial: trial.objective or 0)
    assert whole.best_trial == best.number
    assert whole.plan is not None
    assert (whole.plan.n_fixed, whole.plan.n_random) == (1, N_RANDOM)
    assert whole.plan.pruner == "halving"  # what is done; `hyperband` in a record is what was done before
    assert whole.model.params == best.params
    assert whole.seconds == pytest.approx(sum(trial.seconds or 0 for trial in whole.trials))
    for trial in whole.trials:
        assert trial.curve is not None
        assert trial.curve.points == read_points(folder / "trials" / f"{trial.number:04d}")
        values = [point.validation_metrics["f1_macro"] for point in trial.curve.points]
        assert trial.objective == max(values)
        steps = [point.step for point in trial.curve.points]
        assert trial.curve.best_step == steps[int(np.argmax(values))]
    write_json(tmp_path / "search.json", whole.model_dump(mode="json"))
    assert SearchResult.model_validate_json((tmp_path / "search.json").read_text()) == whole


def test_the_model_is_the_best_trials_model(whole: SearchResult, folder: Path, data: TuningData) -> None:
    classifier = load_classifier(str(folder / whole.model.folder))
    predicted = classifier.predict_scores(list(data.validation["text"])).argmax(axis=1)
    gold = data.validation["label"].map({label: i for i, label in enumerate(classifier.labels)})
    best = next(trial for trial in whole.trials if trial.number == whole.best_trial)
    assert f1_score(gold, predicted, average="macro") == pytest.approx(best.objective, abs=1e-12)


def test_the_model_loads_as_transformers_users_expect(whole: SearchResult, folder: Path) -> None:
    network = AutoModelForSequenceClassification.from_pretrained(folder / "model")
    assert network.config.id2label == {0: "care", 1: "code", 2: "sport"}
    assert network.config.label2id == {"care": 0, "code": 1, "sport": 2}
    assert network.config.problem_type == "single_label_classification"
    assert AutoTokenizer.from_pretrained(folder / "model").model_max_length == whole.model.max_length == 64
    assert whole.model.labels == ("care", "code", "sport")
    assert whole.model.sha256 == hash_folder(folder / "model", "*.safetensors")
    assert whole.model.n_parameters == sum(weight.numel() for weight in network.parameters())
    assert whole.model.architecture == "BertForSequenceClassification"


def test_no_weights_stay_but_the_best(whole: SearchResult, folder: Path) -> None:
    best = f"trials/{whole.best_trial:04d}/best/model.safetensors"
    assert weights_in(folder) == {best, "model/model.safetensors"}
    assert not list(folder.rglob("checkpoint*"))


def test_one_line_for_each_start_evaluation_and_end(whole: SearchResult, events: list[str]) -> None:
    n_evaluations = sum(len(trial.curve.points) for trial in whole.trials if trial.curve)
    assert len(events) == 2 * 6 + n_evaluations
    assert all("\n" not in line and line.startswith("trial ") for line in events)
    assert sum(" starts: " in line for line in events) == 6


def test_a_finished_search_does_nothing_more(
    whole: SearchResult, config: RunConfig, data: TuningData, folder: Path
) -> None:
    events: list[str] = []
    assert run_search(config, data, folder, on_event=events.append) == whole
    assert events == []


def test_tuning_data_has_no_test_split() -> None:
    assert [field.name for field in fields(TuningData)] == ["train", "validation", "labels", "groups", "swapped"]


KILLED = """
import pickle, sys
from pathlib import Path
from boletim.tuning.search.run import run_search
from boletim.tuning.training.plan import TrialPlan
from boletim.tuning.training.trial import training_arguments
config, data = pickle.loads(Path(sys.argv[1]).read_bytes())
run_search(config, data, Path(sys.argv[2]))
"""


def test_a_killed_search_goes_on_as_if_nothing_had_happened(
    whole: SearchResult, config: RunConfig, data: TuningData, tmp_path: Path
) -> None:
    import pickle

    inputs, folder = tmp_path / "inputs", tmp_path / "run"
    inputs.write_bytes(pickle.dumps((config, data)))
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(inputs), str(folder)],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())},
    )
    try:
        wait_for(folder / "trials" / "0002" / "history.jsonl", process)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    resumed = run_search(config, data, folder)
    assert sum(trial.n_interruptions for trial in resumed.trials) == 1
    assert [mishap.kind.split("_")[0] for mishap in resumed.mishaps] == ["interrupted"]
    assert resumed.n_failed == 0
    assert told(resumed) == told(whole)
    assert (resumed.best_trial, resumed.model) == (whole.best_trial, whole.model)
    assert len(weights_in(folder)) == 2


def wait_for(path: Path, process: subprocess.Popen[bytes], timeout_s: float = 120) -> None:
    end = time.monotonic() + timeout_s
    while not path.exists():
        assert process.poll() is None, "the search ended before it could be killed"
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.005)


def test_a_pruned_trial_keeps_its_reason_and_curve_and_cannot_win(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AllButTheFirst(BasePruner):  # type: ignore[misc]
        def prune(self, study: Any, trial: Any) -> bool:
            return bool(trial.number > 0 and trial.last_step == 3)

    monkeypatch.setattr(studies, "make_pruner", lambda config: AllButTheFirst())
    space = {"learning_rate": [1e-6, 1e-2], "epochs": 2}  # the first trial hardly learns, the others may
    result = run_search(make_run_config(trials=4, search=space), data, tmp_path)
    assert [trial.state for trial in result.trials] == ["complete", "pruned", "pruned", "pruned"]
    assert (result.best_trial, result.n_pruned, result.n_failed) == (0, 3, 0)
    for trial in result.trials[1:]:
        assert trial.reason is not None
        assert (trial.reason.kind, trial.reason.values["epoch"]) == ("pruned", 1.5)
        assert trial.reason.values["metric"] == "f1_macro"
        assert trial.curve is not None
        assert len(trial.curve.points) == 3
        assert trial.objective == max(point.validation_metrics["f1_macro"] for point in trial.curve.points)
    assert weights_in(tmp_path) == {"trials/0000/best/model.safetensors", "model/model.safetensors"}


def test_the_total_holds_over_restarts_and_may_be_raised(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path
) -> None:
    space = {"epochs": 1}
    for trials, expected in ((1, 1), (1, 1), (3, 3), (2, 3)):
        config = make_run_config(trials=trials, search=space | {"learning_rate": [1e-4, 1e-2]})
        result = run_search(config, data, tmp_path)
        assert (len(result.trials), result.n_planned) == (expected, trials)
    assert result.model.sha256 == hash_folder(
        tmp_path / "trials" / f"{result.best_trial:04d}" / "best", "*.safetensors"
    )


def test_the_timeout_holds_over_restarts(make_run_config: MakeConfig, data: TuningData, tmp_path: Path) -> None:
    for _ in range(2):
        config = make_run_config(trials=50, timeout=0.001, search={"epochs": 1})
        result = run_search(config, data, tmp_path)
        assert (len(result.trials), result.ended_because) == (1, "timeout")


def test_where_lower_is_better_the_lowest_wins(make_run_config: MakeConfig, data: TuningData, tmp_path: Path) -> None:
    config = make_run_config(trials=3, objective="log_loss", search={"epochs": 1, "learning_rate": [1e-5, 1e-2]})
    result = run_search(config, data, tmp_path)
    assert not result.higher_is_better
    values = [trial.objective or 0 for trial in result.trials]
    assert result.best_trial == int(np.argmin(values))
    classifier = load_classifier(str(tmp_path / "model"))
    scores = classifier.predict_scores(list(data.validation["text"]))
    gold = [classifier.labels.index(label) for label in data.validation["label"]]
    assert min(values) == pytest.approx(log_loss(gold, scores), abs=1e-6)


def test_a_gpt2_without_a_padding_token_can_be_tuned(
    make_model: Callable[..., Path], make_run_config: MakeConfig, data: TuningData, tmp_path: Path
) -> None:
    config = make_run_config(candidates=[str(make_model("gpt2", None))], search={"epochs": 1})
    result = run_search(config, data, tmp_path)
    classifier = load_classifier(str(tmp_path / "model"))
    predicted = classifier.predict_scores(list(data.validation["text"])).argmax(axis=1)
    gold = [classifier.labels.index(label) for label in data.validation["label"]]
    assert f1_score(gold, predicted, average="macro") == pytest.approx(result.trials[0].objective, abs=1e-12)


def test_a_candidate_that_cannot_be_loaded_is_left_out(
    make_run_config: MakeConfig, data: TuningData, tiny_encoder_folder: Path, tmp_path: Path
) -> None:
    events: list[str] = []
    config = make_run_config(["/nowhere", str(tiny_encoder_folder)], trials=2, search={"epochs": 1})
    result = run_search(config, data, tmp_path, on_event=events.append)
    assert {trial.candidate for trial in result.trials} == {str(tiny_encoder_folder)}
    assert list(result.excluded) == ["/nowhere"]
    assert sum("/nowhere" in line for line in events) == 1


def test_a_candidate_that_goes_away_fails_one_trial_and_the_others_go_to_the_rest(
    make_run_config: MakeConfig, data: TuningData, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = make_model("bert", None), make_model("distilbert", None)
    events: list[str] = []
    config = make_run_config([str(first), str(second)], trials=8, search={"epochs": 1})

    def on_event(line: str) -> None:
        events.append(line)
        if line.startswith("trial 1/8") and " complete" in line:
            (second / "config.json").unlink()

    result = run_search(config, data, tmp_path, on_event=on_event)
    assert len(result.trials) == 8
    failed = [trial for trial in result.trials if trial.state == "failed"]
    assert [trial.candidate for trial in failed] == [str(second)]
    assert "config.json" in str(failed[0].reason)
    assert {trial.candidate for trial in result.trials if trial.state == "complete"} == {str(first)}
    assert sum("config.json" in line for line in events) == 1
    assert list(result.excluded) == [str(second)]


def test_without_any_candidate_there_is_no_search(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=r"/nowhere.*/nor-there"):
        run_search(make_run_config(["/nowhere", "/nor-there"]), data, tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_unknown_objective_is_refused_before_anything(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"balanced_accuracy.*'f1'"):
        run_search(make_run_config(objective="f1"), data, tmp_path)
    assert not list(tmp_path.iterdir())


def fail_trials(monkeypatch: pytest.MonkeyPatch, error: BaseException, only: set[int] | None = None) -> None:
    real, calls = crew.run_trial, iter(range(100))

    def maybe(*args: Any) -> Any:
        number = next(calls)
        if only is None or number in only:
            raise error
        return real(*args)

    monkeypatch.setattr(crew, "run_trial", maybe)


def test_a_trial_that_fails_leaves_its_reason_and_the_search_goes_on(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_trials(monkeypatch, KeyError("token_type_ids\nand more"), only={0})
    result = run_search(make_run_config(trials=2, search={"epochs": 1}), data, tmp_path)
    assert [trial.state for trial in result.trials] == ["failed", "complete"]
    assert (result.n_failed, result.best_trial) == (1, 1)
    assert [(mishap.kind, mishap.trial) for mishap in result.mishaps] == [("failed", 0)]
    assert str(result.trials[0].reason).startswith("KeyError: ")


def test_a_trial_out_of_memory_goes_on_with_half_the_batch_at_a_time(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans, real = [], crew.run_trial

    def run_trial(plan: TrialPlan, *args: Any) -> Any:
        plans.append(plan)
        if plan.settings.batch_size // plan.accumulation > 4:
            raise torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate 2 GiB")
        return real(plan, *args)

    monkeypatch.setattr(crew, "run_trial", run_trial)
    result = run_search(make_run_config(search={"epochs": 1}), data, tmp_path)
    arguments = [training_arguments(plan) for plan in plans]
    sizes = [(a.per_device_train_batch_size, a.gradient_accumulation_steps) for a in arguments]
    assert sizes == [(16, 1), (8, 2), (4, 4)]
    assert (result.trials[0].state, result.trials[0].accumulation) == ("complete", 4)
    assert result.trials[0].params["batch_size"] == 16
    assert [(m.kind, m.values) for m in result.mishaps] == [
        ("out_of_memory_mended", {"batch": 4, "parts": 4, "effective": 16})
    ]


def test_a_trial_that_lacks_memory_for_one_example_fails_and_the_search_goes_on(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_trials(monkeypatch, RuntimeError("DefaultCPUAllocator: can't allocate memory"), only={0, 1, 2})
    result = run_search(make_run_config(trials=2, search={"epochs": 1, "batch_size": 4}), data, tmp_path)
    assert [trial.state for trial in result.trials] == ["failed", "complete"]
    assert str(result.trials[0].reason).startswith("memory: RuntimeError")
    assert [mishap.kind for mishap in result.mishaps] == ["out_of_memory"]


def test_a_loss_that_is_no_number_prunes_the_trial(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_trials(monkeypatch, FloatingPointError(Reason.of("loss_not_finite_at", step=3)), only={0})
    result = run_search(make_run_config(trials=2, search={"epochs": 1}), data, tmp_path)
    assert [trial.state for trial in result.trials] == ["pruned", "complete"]
    assert (result.n_pruned, result.trials[0].reason) == (1, Reason.of("loss_not_finite_at", step=3))
    assert [mishap.kind for mishap in result.mishaps] == ["not_finite"]


def test_when_every_trial_fails_the_reasons_are_told(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_trials(monkeypatch, FloatingPointError(Reason.of("loss_not_finite")))
    with pytest.raises(BoletimError, match="no longer finite") as caught:
        run_search(make_run_config(trials=2), data, tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RunFolderError("the disk is full")])
def test_an_interrupt_and_a_full_disk_end_the_search_and_lose_nothing(
    make_run_config: MakeConfig,
    data: TuningData,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    config = make_run_config(trials=2, search={"epochs": 1, "learning_rate": [1e-3, 1e-2]})
    with monkeypatch.context() as patch:
        fail_trials(patch, error, only={1})
        with pytest.raises(type(error)):
            run_search(config, data, tmp_path)
    result = run_search(config, data, tmp_path)
    assert [trial.state for trial in result.trials] == ["complete", "complete"]
    assert [trial.n_interruptions for trial in result.trials] == [0, 1]


def test_a_disk_that_fills_up_in_a_save_pauses_the_trial_and_leaves_nothing_torn(
    whole: SearchResult, config: RunConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, saves, events = torch.save, [], []
    full = {3, 4}

    def save(content: Any, path: Any, *args: Any, **kwargs: Any) -> None:
        saves.append(path)
        if len(saves) in full:
            Path(path).write_bytes(b"half")
            raise RuntimeError("[enforce fail at inline_container.cc:858] . PytorchStreamWriter failed writing file")
        real(content, path, *args, **kwargs)

    monkeypatch.setattr(torch, "save", save)
    result = run_search(config, data, tmp_path, on_event=events.append)
    assert told(result) == told(whole)
    assert result.model == whole.model
    assert sum("the disk is full" in line for line in events) == 2
    assert {mishap.kind for mishap in result.mishaps} == {"disk_full"}
    assert len(weights_in(tmp_path)) == 2


def test_a_disk_that_stays_full_ends_the_search_in_one_line(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_run_config(trials=2, search={"epochs": 1})
    with monkeypatch.context() as patch:
        fail_trials(patch, OSError(28, "No space left on device"), only={1, 2, 3})
        with pytest.raises(RunFolderError, match=r"No space left.*the same command continues") as caught:
            run_search(config, data, tmp_path)
        assert "\n" not in str(caught.value)
    assert [trial.state for trial in run_search(config, data, tmp_path).trials] == ["complete", "complete"]


def test_how_the_search_stands_is_told_as_it_goes(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_trials(monkeypatch, FloatingPointError("no number"), only={1})
    seen: list[SearchStatus] = []
    result = run_search(make_run_config(trials=3, search={"epochs": 1}), data, tmp_path, on_status=seen.append)
    assert (seen[0].n_ended, seen[0].best, seen[0].seconds_left) == (0, None, None)
    assert [row.state for row in seen[0].rows] == ["running"]
    halfway = next(status for status in seen if status.rows[0].state == "running" and status.rows[0].epochs == 0.5)
    assert halfway.rows[0].objective is not None
    last = seen[-1]
    assert (last.n_ended, last.n_pruned, last.n_planned, last.seconds_left) == (3, 1, 3, 0.0)
    assert (last.best_trial, last.best) == (result.best_trial, result.trials[result.best_trial].objective)
    assert [row.state for row in last.rows] == [trial.state for trial in result.trials]


def test_memory_does_not_grow_from_trial_to_trial(
    make_run_config: MakeConfig, data: TuningData, tmp_path: Path
) -> None:
    alive: list[int] = []

    def count(line: str) -> None:
        if " starts: " in line:
            alive.append(sum(isinstance(thing, torch.Tensor) for thing in gc.get_objects()))

    run_search(make_run_config(trials=6, search={"epochs": 1}), data, tmp_path, on_event=count)
    assert alive[1] == alive[-1]


def test_weights_that_are_gone_are_trained_again(make_run_config: MakeConfig, data: TuningData, tmp_path: Path) -> None:
    config = make_run_config(search={"epochs": 1})
    first = run_search(config, data, tmp_path)
    for path in (tmp_path / "trials" / "0000" / "best").iterdir():
        path.unlink()
    (tmp_path / "trials" / "0000" / "best").rmdir()
    again = run_search(config, data, tmp_path)
    assert again.model.sha256 == first.model.sha256


def test_the_tuned_model_remembers_what_it_came_from(
    make_run_config: MakeConfig, data: TuningData, tiny_encoder_folder: Path, tmp_path: Path
) -> None:
    candidate = {"model": str(tiny_encoder_folder), "max_length": 8}
    result = run_search(make_run_config([candidate], search={"epochs": 1}), data, tmp_path)
    assert (result.model.base_model, result.model.max_length) == (str(tiny_encoder_folder), 8)
    assert json.loads((tmp_path / "model" / "tokenizer_config.json").read_text())["model_max_length"] == 8


@pytest.mark.parametrize("fast", [True, False])
def test_what_auto_precision_comes_to_is_settled_once_for_a_study(
    fast: bool,
    make_run_config: Callable[..., RunConfig],
    make_tuning_data: Callable[..., TuningData],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from boletim.models import bf16

    def measured(is_fast: bool) -> None:
        found = bf16.Bf16(device="cpu", factor=2.0 if is_fast else 0.1, is_fast=is_fast)
        monkeypatch.setattr(bf16, "bf16_here", lambda: found)

    measured(fast)
    data, said = make_tuning_data(48, 24), list[str]()
    config = make_run_config(trials=1, precision="auto", search={"epochs": 1})
    assert run_search(config, data, tmp_path, on_event=said.append).precision == ("bf16" if fast else "fp32")
    assert sum(line.startswith("precision: ") for line in said) == 1
    measured(not fast)  # another moment, another measurement: the study goes on as it began
    again = run_search(make_run_config(trials=2, precision="auto", search={"epochs": 1}), data, tmp_path)
    assert again.precision == ("bf16" if fast else "fp32")
