import os
from pathlib import Path

import pytest
from transformers.integrations import integration_utils

from boletim.contracts.errors import ConfigError
from boletim.tuning.training.trackers import check_trackers, tensorboard_folder


def test_no_tracker_is_no_trouble() -> None:
    check_trackers(())


def test_an_unknown_tracker_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"mlflow.*wandb.*'notebook'"):
        check_trackers(["notebook"])


def test_a_tracker_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integration_utils, "get_available_reporting_integrations", lambda: ["mlflow"])
    check_trackers(["mlflow"])
    with pytest.raises(ConfigError, match="'wandb' is not installed"):
        check_trackers(["mlflow", "wandb"])


@pytest.mark.parametrize("before", [None, "/elsewhere"])
def test_tensorboard_writes_where_its_files_stay(
    before: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENSORBOARD_LOGGING_DIR", raising=False)
    if before:
        monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", before)
    with tensorboard_folder(["tensorboard"], tmp_path):
        assert os.environ["TENSORBOARD_LOGGING_DIR"] == str(tmp_path)
    assert os.environ.get("TENSORBOARD_LOGGING_DIR") == before
