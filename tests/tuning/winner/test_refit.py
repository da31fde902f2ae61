import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TuningData
from boletim.contracts.results.search import SearchResult
from boletim.engine.engine import Here, Job, Stop
from boletim.models.load import load_classifier
from boletim.tuning.search.run import run_search
from boletim.tuning.training import on_engine as crew
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.winner import refit
from boletim.tuning.winner.parts import Part, Refit
from boletim.tuning.winner.refit import part_of, refit_parts


def test_parts_of_one_seed_hold_the_smaller_ones_and_every_class(make_tuning_data: Callable[..., TuningData]) -> None:
    train = make_tuning_data().train
    sizes = []
    for share in (0.01, 0.25, 0.5, 1.0):
        rows = part_of(train, Part(share, 7))
        assert set(train[LABEL].iloc[rows]) == set(train[LABEL])
        assert set(part_of(train, Part(share / 2, 7))) <= set(rows)
        sizes.append(len(rows))
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(train)
    assert not np.array_equal(part_of(train, Part(0.5, 7)), part_of(train, Part(0.5, 8)))


@pytest.fixture
def searched(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> tuple[RunConfig, TuningData, SearchResult]:
    config, data = make_run_config(trials=1), make_tuning_data()
    folder = tmp_path / "run"
    folder.mkdir()
    return config, data, run_search(config, data, folder)


def test_each_part_becomes_a_model_trained_on_its_own_rows(
    searched: tuple[RunConfig, TuningData, SearchResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, data, search = searched
    plans, found, said = [], {}, []
    real = crew.run_trial
    monkeypatch.setattr(crew, "run_trial", lambda plan, *rest: (plans.append(plan), real(plan, *rest))[1])

    def on_refit(done: Refit) -> None:
        found[done.part] = (done.n_train, load_classifier(str(done.model)).labels)

    parts = [Part(0.5, 1), Part(1.0, 2)]
    folder = tmp_path / "refits"
    n_missing = refit_parts(config, data, search.trials[0], parts, folder, on_refit, said.append)
    half = len(part_of(data.train, parts[0]))
    assert found == {parts[0]: (half, data.labels), parts[1]: (len(data.train), data.labels)}
    assert n_missing == 0
    assert not folder.exists()
    assert [len(plan.splits["train"]) for plan in plans] == [half, len(data.train)]
    assert plans[0].settings.epochs == 2 * plans[1].settings.epochs  # half the texts, as many steps
    assert plans[0].settings.learning_rate == plans[1].settings.learning_rate
    assert len(said) == 2


def test_lack_of_memory_halves_the_batch_and_other_failures_are_counted(
    searched: tuple[RunConfig, TuningData, SearchResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, data, search = searched
    tried: list[int] = []

    def failing(plan: TrialPlan, *rest: object) -> None:
        tried.append(plan.accumulation)
        raise RuntimeError("CUDA out of memory" if plan.accumulation == 1 else "something else")

    monkeypatch.setattr(crew, "run_trial", failing)
    said: list[str] = []
    n_missing = refit_parts(
        config, data, search.trials[0], [Part(0.5, 1)], tmp_path / "r", lambda *_: None, said.append
    )
    assert tried == [1, 2]
    assert n_missing == 1
    assert "something else" in said[0]


def test_no_refit_begins_after_the_time(searched: tuple[RunConfig, TuningData, SearchResult], tmp_path: Path) -> None:
    config, data, search = searched
    parts = [Part(0.5, 1), Part(1.0, 1)]
    made: list[Part] = []
    n_missing = refit_parts(
        config, data, search.trials[0], parts, tmp_path / "r", lambda done: made.append(done.part), print, timeout=0.0
    )
    assert (n_missing, made) == (2, [])


class Two:
    """Does two jobs at a time, each in the thread that asks for it."""

    n_at_once = 2

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        return Here().work(job, hear, stop)


def test_refits_run_at_once_and_come_in_the_order_of_the_parts(
    searched: tuple[RunConfig, TuningData, SearchResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, data, search = searched
    running, most, folders = [0], [0], set[Path]()

    def run_trial(plan: TrialPlan, name: str, on_point: Any, progress: Any, stop: Any, resume: Any) -> TrialOutcome:
        running[0] += 1
        most[0] = max(most[0], running[0])
        folders.add(plan.checkpoints)
        time.sleep(0.4 if plan.seed == 1 else 0.1)
        running[0] -= 1
        if plan.seed == 3:
            raise FloatingPointError("the loss is no longer finite")
        (plan.checkpoints / "checkpoint-1").mkdir(parents=True)
        return TrialOutcome(plan.checkpoints / "checkpoint-1", 0.5, 1, False, np.zeros((1, 3)))

    @contextmanager
    def open_engine(*_: Any) -> Iterator[Two]:
        yield Two()

    monkeypatch.setattr(refit, "open_engine", open_engine)
    monkeypatch.setattr("boletim.tuning.training.on_engine.run_trial", run_trial)
    parts, seen, said = [Part(1.0, seed) for seed in (1, 2, 3, 4)], list[int](), list[str]()

    def on_refit(one: Refit) -> None:
        assert one.model.is_dir()
        seen.append(one.part.seed)

    n_missing = refit_parts(config, data, search.trials[0], parts, tmp_path / "refits", on_refit, said.append)
    assert (n_missing, seen, most[0], len(folders)) == (1, [1, 2, 4], 2, 4)
    assert [line.split(", seed ")[1][0] for line in said] == ["1", "2", "3", "4"]
    assert not (tmp_path / "refits").exists()
