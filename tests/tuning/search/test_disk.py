from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import ConfigError, StopRequest
from boletim.tuning.search import disk
from boletim.tuning.search.disk import bytes_of_a_trial, wait_for_room
from boletim.tuning.study.study import open_study
from boletim.tuning.training.best_model import best_folder, checkpoints_folder
from boletim.tuning.training.stop import StopFlag

N_PARAMETERS = 1_000_000
NEEDED = bytes_of_a_trial(N_PARAMETERS)


class Waits(StopFlag):
    """A flag whose waits take no time; after the third a stop is asked for."""

    n = 0

    def wait(self, seconds: float) -> None:
        self.n += 1
        if self.n == 3:
            self.set()
        self.check()


@pytest.fixture
def make_bench(make_run_config: Callable[..., RunConfig], tmp_path: Path) -> Callable[..., Any]:
    def make(disk_budget: int | str | None = None) -> Any:
        config = make_run_config(trials=5, disk_budget=disk_budget)
        candidate = SimpleNamespace(n_parameters=N_PARAMETERS)
        said, stop = list[str](), Waits()
        return SimpleNamespace(
            config=config,
            folder=tmp_path,
            study=open_study(config, tmp_path, [True]),
            candidates={0: candidate},
            say=said.append,
            said=said,
            stop=stop,
            pause=stop.wait,
        )

    return make


def filled(folder: Path, n_bytes: int) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"0" * n_bytes)
    return folder


def test_with_room_nothing_happens(make_bench: Callable[..., Any], tmp_path: Path) -> None:
    bench = make_bench(disk_budget="1GB")
    wait_for_room(bench, 0, 0)
    assert bench.said == []


def test_old_checkpoints_go_first_and_the_trials_own_stay(
    make_bench: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_bench()
    old, own = filled(checkpoints_folder(tmp_path, 1), 10), filled(checkpoints_folder(tmp_path, 2), 10)
    no_longer_best = filled(best_folder(tmp_path, 0), 10)
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 0 if old.exists() else NEEDED)
    wait_for_room(bench, 0, 2)
    assert (old.exists(), own.exists(), no_longer_best.exists()) == (False, True, False)
    assert bench.said == []


def test_the_search_pauses_once_and_goes_on_when_there_is_room(
    make_bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_bench()
    monkeypatch.setattr(disk, "free_bytes", lambda folder: NEEDED if bench.stop.n == 2 else 1_000_000)
    wait_for_room(bench, 0, 0)
    assert len(bench.said) == 2
    assert bench.said[0].startswith("paused: a trial needs 58 MB, the disk of ")  # 24 MB and 32 MiB beside
    assert bench.said[1].startswith("there is room again")


def test_a_stop_ends_the_pause(make_bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    bench = make_bench()
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 0)
    with pytest.raises(StopRequest):
        wait_for_room(bench, 0, 0)


def test_the_budget_counts_what_lies_in_the_folder_but_the_trials_own_checkpoint(
    make_bench: Callable[..., Any], tmp_path: Path
) -> None:
    bench = make_bench(disk_budget=NEEDED + 10_000_000)
    filled(checkpoints_folder(tmp_path, 0), 12_000_000)
    wait_for_room(bench, 0, 0)
    assert bench.said == []
    filled(tmp_path / "corpus", 12_000_000)
    with pytest.raises(StopRequest):
        wait_for_room(bench, 0, 0)
    assert "of tuning.disk_budget" in bench.said[0]


def test_a_budget_that_no_trial_fits_is_refused(make_bench: Callable[..., Any]) -> None:
    with pytest.raises(ConfigError, match=r"disk_budget must hold.*raise it"):
        wait_for_room(make_bench(disk_budget="50MB"), 0, 0)
