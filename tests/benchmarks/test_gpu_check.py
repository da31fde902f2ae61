"""The logic of the check for GPUs, where there is none: steps that fail, that run out of time, and what is required."""

import importlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.configuration.file import load_config

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

gpu_check: Any = importlib.import_module("gpu_check")
MENDED = {"kind": "out_of_memory_mended", "trial": 0, "values": {"batch": 64, "parts": 8, "effective": 512}}


def step(name: str, run: Callable[[Path], str], longest_s: int = 1) -> Any:
    return gpu_check.Step(name, run, longest_s)


def test_a_step_that_fails_says_so_and_the_others_go_on() -> None:
    def fails(folder: Path) -> str:
        raise gpu_check.CheckError("memory never ran out")

    def crashes(folder: Path) -> str:
        raise RuntimeError("CUDA error: no kernel image\nfor this device")

    steps = (step("a", fails), step("b", crashes), step("c", lambda folder: f"{folder.is_dir()}"))
    rows = gpu_check.tried(steps, 60)
    assert [row.seen for row in rows] == ["FAILED: memory never ran out", "FAILED: CUDA error: no kernel image", "True"]
    assert [row.is_failed for row in rows] == [True, True, False]
    table = gpu_check.as_table("one GPU", rows)
    assert table.splitlines()[2:4] == ["| step | seen | seconds |", "| --- | --- | --- |"]
    assert "| a | FAILED: memory never ran out | 0 |" in table


def test_a_step_is_not_begun_without_the_time_for_it() -> None:
    def never(folder: Path) -> str:
        raise AssertionError

    rows = gpu_check.tried((step("long", never, 61), step("short", lambda folder: "seen", 59)), 60)
    assert [row.seen for row in rows] == ["not run: fewer than 61 s were left", "seen"]


def test_all_steps_fit_into_four_minutes() -> None:
    assert sum(one.longest_s for one in gpu_check.STEPS) <= gpu_check.BUDGET_S < 240


def test_a_lack_of_memory_must_have_been_met_and_mended() -> None:
    ended = [{"state": "complete"}]
    assert gpu_check.recovery_of({"mishaps": [MENDED], "trials": ended}) == (
        "a batch of 512 became 8 parts of 64; the trial ended"
    )
    with pytest.raises(gpu_check.CheckError, match="never ran out"):
        gpu_check.recovery_of({"mishaps": [], "trials": ended})
    with pytest.raises(gpu_check.CheckError, match="it is fail"):
        gpu_check.recovery_of({"mishaps": [MENDED], "trials": [{"state": "fail"}]})


@pytest.mark.parametrize("verdict", ["fail", "pass"])
def test_the_quick_start_must_find_what_was_planted(
    verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(name: str, config: Path, run: Path, *settings: str, **rest: object) -> None:
        assert (name, settings) == ("run", ("tuning.precision=bf16",))
        run.mkdir()
        (run / "card.json").write_text(json.dumps({"verdict": verdict}))
        trials = [{"number": 0, "objective": 0.5}, {"number": 1, "objective": 0.9524}]
        (run / "search.json").write_text(json.dumps({"trials": trials, "best_trial": 1, "precision": "bf16"}))

    monkeypatch.setattr(gpu_check, "boletim", typed)
    if verdict == "fail":
        seen = gpu_check.quick_start(tmp_path)
        assert seen == "verdict fail, as planted; best macro F1 0.952; precision bf16; peak 0 MiB"
    else:
        with pytest.raises(gpu_check.CheckError, match="the verdict is pass"):
            gpu_check.quick_start(tmp_path)


def test_its_configuration_is_one_and_its_confined_process_compiles(tmp_path: Path) -> None:
    config = load_config(gpu_check.trials_of(tmp_path, trials=4, batch=32))
    assert (config.tuning.trials, config.tuning.search.batch_size) == (4, (32,))
    compile(gpu_check._CONFINED.format(share=0.1), "confined", "exec")


def test_a_command_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(gpu_check.CheckError, match=r"boletim tune ended with 2: .*none\.yaml"):
        gpu_check.boletim("tune", tmp_path / "none.yaml", tmp_path / "run")


def test_scoring_is_compared_on_the_same_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_model: Callable[..., Path]
) -> None:
    monkeypatch.setattr(gpu_check.scoring, "read_texts", lambda folder: ["a nurse", "a doctor and a ward"] * 40)
    monkeypatch.setattr(gpu_check.scoring, "make_model", lambda folder: make_model())
    assert gpu_check.scored(tmp_path).startswith("80 texts in ")


def test_without_a_gpu_it_says_what_it_needs() -> None:
    if importlib.util.find_spec("torch") is None or gpu_check.torch.cuda.is_available():
        pytest.skip("there is a GPU")
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "gpu_check.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "needs a CUDA device" in done.stderr
