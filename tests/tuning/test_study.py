from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.config import RunConfig
from boletim.contracts.errors import ConfigError, RunFolderError
from tuning.study import open_study, study_token


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
