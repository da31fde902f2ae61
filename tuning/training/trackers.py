"""Experiment trackers: the Trainer knows them, this only sees before the night that they are there."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from boletim.contracts.errors import ConfigError

_VARIABLE = "TENSORBOARD_LOGGING_DIR"


def check_trackers(names: Sequence[str]) -> None:
    """Refuse a tracker that the Trainer does not know or that is not installed.

    Raises:
        ConfigError: One of them.
    """
    if not names:
        return
    from transformers.integrations.integration_utils import (
        INTEGRATION_TO_CALLBACK,
        get_available_reporting_integrations,
    )

    known, installed = sorted(INTEGRATION_TO_CALLBACK), get_available_reporting_integrations()
    for name in names:
        if name not in known:
            raise ConfigError("tracker_unknown", known=known, name=name)
        if name not in installed:
            raise ConfigError("tracker_absent", name=name)


@contextmanager
def tensorboard_folder(names: Sequence[str], folder: Path | None) -> Iterator[None]:
    """Let TensorBoard write here: its own choice, among the checkpoints, goes away with them."""
    if "tensorboard" not in names or folder is None:
        yield
        return
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(_VARIABLE)
        if before is not None:
            os.environ[_VARIABLE] = before
