"""A study's SQLite file, whatever its path is called."""

import sqlite3
from pathlib import Path

import optuna
from sqlalchemy.pool import QueuePool

_PATIENCE_S = 60


def open_file_storage(file: Path, *, is_read_only: bool = False) -> optuna.storages.RDBStorage:
    """Optuna's storage in this file.

    The path never becomes part of a URL: Optuna fills braces in it, SQLAlchemy takes `?` for the beginning of options
    and `%20` for a space, and the study would lie elsewhere than was asked.

    Args:
        file: That is made when it is not there yet, unless it is only read.
        is_read_only: Change nothing.
    """

    def connect() -> sqlite3.Connection:
        address: str | Path = f"{file.absolute().as_uri()}?mode=ro" if is_read_only else file.absolute()
        return sqlite3.connect(address, timeout=_PATIENCE_S, check_same_thread=False, uri=is_read_only)

    return optuna.storages.RDBStorage("sqlite://", engine_kwargs={"creator": connect, "poolclass": QueuePool})
