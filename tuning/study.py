"""The study on disk: open it, and what it remembers beyond its trials."""

import secrets
import socket
from pathlib import Path

import optuna

from boletim.contracts.config import RunConfig
from boletim.contracts.errors import ConfigError, RunFolderError
from tuning.pruner import make_pruner

_TOKEN = "token"


def open_study(config: RunConfig, folder: Path, *, higher_is_better: bool) -> optuna.Study:
    """The run's study, made when it is not there yet.

    Raises:
        ConfigError: The database cannot be reached.
        RunFolderError: study.db is not Optuna's.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    is_local = config.tuning.storage == "sqlite"
    url = f"sqlite:///{folder / 'study.db'}" if is_local else config.tuning.storage
    try:
        storage = optuna.storages.RDBStorage(url, engine_kwargs={"connect_args": {"timeout": 60}} if is_local else {})
        return optuna.create_study(
            study_name=config.name,
            storage=storage,
            direction="maximize" if higher_is_better else "minimize",
            pruner=make_pruner(config.tuning),
            load_if_exists=True,
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if is_local:
            raise RunFolderError(
                f"study.db must be a study that Boletim made, {folder} has another or a damaged one ({reason}); "
                "choose another folder with --run-dir"
            ) from error
        raise ConfigError(
            f"tuning.storage must be sqlite or the URL of a database that answers, got {_without_password(url)} "
            f"({type(error).__name__}); check that it runs and that its driver is installed"
        ) from error


def worker_name(folder: Path) -> str:
    """Who works in this run folder on this machine."""
    return f"{socket.gethostname()}:{folder.resolve()}"


def study_token(study: optuna.Study) -> str:
    """A random word that marks what this study made; drawn once."""
    if _TOKEN not in study.user_attrs:
        study.set_user_attr(_TOKEN, secrets.token_hex(16))
    return str(study.user_attrs[_TOKEN])


def _without_password(url: str) -> str:
    head, separator, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://…@{tail}" if separator else url
