"""Several workers on one PostgreSQL study."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import psycopg
import pytest
import yaml

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError
from boletim.tuning.search.run import join_search
from boletim.tuning.study.handover import open_store
from boletim.tuning.study.study import check_study, close_study, open_study

ROOT = Path(__file__).resolve().parents[3]
BOLETIM = str(Path(sys.executable).with_name("boletim"))


def find_server() -> Path:
    """The folder of initdb and postgres."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    found = [place for place in places if (place / "initdb").exists() and (place / "postgres").exists()]
    if not found:
        pytest.skip("no PostgreSQL server is installed here (initdb and postgres)")
    return found[-1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of this test's own, without a database name."""
    programs = find_server()
    folder = (
        Path("/tmp") / f"boletim-postgres-{os.getpid()}"
    )  # a socket's path must be short, and another user reads it
    folder.mkdir()
    user: dict[str, Any] = {}
    if os.getuid() == 0:  # PostgreSQL refuses root
        user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody", "nogroup")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    initdb = [programs / "initdb", "-D", data, "-U", "boletim", "--auth=trust", "--no-sync", "-E", "UTF8"]
    made = subprocess.run([*map(str, initdb)], cwd=folder, capture_output=True, text=True, check=False, **user)
    if made.returncode:
        shutil.rmtree(folder)
        pytest.skip(f"initdb cannot make a database here: {made.stderr.strip()[:200]}")
    command = [programs / "postgres", "-D", data, "-p", port, "-k", folder, "-h", "127.0.0.1", "-F"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=log, stderr=log, **user)
        try:
            wait_until_ready(port, process)
            yield f"postgresql+psycopg://boletim@127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)  # waits for no connection
            process.wait()
            shutil.rmtree(folder)


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"postgresql://boletim@127.0.0.1:{port}/postgres").close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server never came up"
            time.sleep(0.1)


@pytest.fixture
def make_database(server: str) -> Callable[[str], str]:
    def make(name: str) -> str:
        with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{server}/{name}"

    return make


def test_four_workers_two_of_them_killed_lose_and_double_nothing(make_database: Callable[[str], str]) -> None:
    script = str(ROOT / "benchmarks" / "many_workers.py")
    done = subprocess.run([sys.executable, script, make_database("four")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("pass; ")


def test_the_command_works_on_the_study_and_tune_publishes_its_model(
    make_database: Callable[[str], str],
    make_tuning_data: Callable[..., TuningData],
    tiny_encoder_folder: Path,
    tmp_path: Path,
) -> None:
    data = make_tuning_data(90, 60)
    pd.concat([data.train, data.validation])[["text", "label"]].to_csv(tmp_path / "texts.csv", index=False)
    content = {
        "name": "shared",
        "data": {"source": "texts.csv", "text": "text", "label": "label", "clean": {"duplicates": False}},
        "candidates": [str(tiny_encoder_folder)],
        "tuning": {"trials": 2, "search": {"epochs": 1}, "storage": make_database("command")},
    }
    (tmp_path / "boletim.yaml").write_text(yaml.safe_dump(content))

    def boletim(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BOLETIM, command, "boletim.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    worked = boletim("worker")
    assert worked.returncode == 0, worked.stderr
    assert worked.stdout.startswith("2 trials of shared ended here")
    run = tmp_path / "runs" / "shared"
    assert not (run / "model").exists()
    tuned = boletim("tune")
    assert tuned.returncode == 0, tuned.stderr
    assert " starts: " not in tuned.stderr
    assert (run / "model" / "model.safetensors").exists()


@contextmanager
def closing_study(config: RunConfig, folder: Path) -> Iterator[optuna.Study]:
    study = open_study(config, folder, [True])
    yield study
    close_study(study)


def test_a_worker_with_other_settings_is_turned_away(
    make_database: Callable[[str], str], make_run_config: Callable[..., RunConfig],
    make_tuning_data: Callable[..., TuningData], tmp_path: Path,
) -> None:  # fmt: skip
    url = make_database("settings")
    data = make_tuning_data(12, 6)
    config = make_run_config(storage=url, trials=4)
    with closing_study(config, tmp_path) as study:
        check_study(study, config, data)
    again = make_run_config(storage=url, trials=9, timeout="1h")
    with closing_study(again, tmp_path) as study:
        check_study(study, again, data)
    for other, texts in ((make_run_config(storage=url, search={"epochs": 1}), data), (config, make_tuning_data(15, 6))):
        with closing_study(other, tmp_path) as study, pytest.raises(ConfigError, match="was begun with others"):
            check_study(study, other, texts)


def test_workers_need_a_database_of_their_own(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"tuning\.storage, a database URL.*got sqlite"):
        join_search(make_run_config(), make_tuning_data(12, 6), tmp_path)


def test_a_bucket_without_boto3_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boletim.tuning.study.handover.importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="needs boto3, which is not installed"):
        open_store("s3://models")
    with pytest.raises(ConfigError, match="a bucket of its own"):
        open_store("s3://models/of/mine")
