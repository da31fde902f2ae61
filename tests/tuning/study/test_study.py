import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import OperationalError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import ConfigError, RunFolderError
from boletim.tuning.study.study import open_study, study_token
from boletim.tuning.training.faults import one_line


@pytest.fixture
def config(make_run_config: Callable[..., RunConfig]) -> RunConfig:
    return make_run_config(trials=100)


def opened(config: RunConfig, folder: Path):  # type: ignore[no-untyped-def]
    return open_study(config, folder, [True])


def test_a_study_keeps_its_token(config: RunConfig, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    token = study_token(opened(config, tmp_path))
    assert study_token(opened(config, tmp_path)) == token
    assert study_token(opened(config, tmp_path / "other")) != token


def test_a_damaged_study_is_named(config: RunConfig, tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("this is no database" * 100)
    with pytest.raises(RunFolderError, match=r"study\.db") as caught:
        opened(config, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_database_that_does_not_answer_is_named_without_its_password(
    make_run_config: Callable[..., RunConfig], tmp_path: Path
) -> None:
    config = make_run_config(storage="postgresql+nothing://me:secret@nowhere/db")
    with pytest.raises(ConfigError, match=r"tuning\.storage.*nowhere/db") as caught:
        opened(config, tmp_path)
    assert "secret" not in str(caught.value)


def test_a_study_that_another_process_locks_is_not_called_damaged(
    config: RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(config, tmp_path)
    monkeypatch.setattr("boletim.tuning.study.sqlite_file._PATIENCE_S", 0.1)
    holder = sqlite3.connect(tmp_path / "study.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RunFolderError, match="another process holds it; end that process") as caught:
        opened(config, tmp_path)
    holder.close()
    assert "damaged" not in str(caught.value)


def test_a_limit_on_the_size_of_files_is_named(config: RunConfig, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(RunFolderError, match="ulimit -f") as caught:
            opened(config, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "damaged" not in str(caught.value)


def test_a_database_that_goes_away_is_told_by_its_own_words() -> None:
    try:
        try:
            raise OperationalError("UPDATE trials", {}, Exception("server closed the connection unexpectedly"))
        except OperationalError as cause:
            raise StorageInternalError("typically invalid data, e.g. exceeding max length.") from cause
    except StorageInternalError as error:
        said = one_line(error)
    assert "server closed the connection unexpectedly" in said
    assert "exceeding max length" not in said
