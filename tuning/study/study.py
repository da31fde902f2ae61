"""The study on disk: open it, and what it remembers beyond its trials."""

import random
import secrets
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import optuna
from sqlalchemy.exc import IntegrityError, ProgrammingError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.passwords import without_passwords
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ConfigError, RunFolderError
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.sentence import Sentence
from boletim.tuning.study.pruner import make_pruner
from boletim.tuning.study.sqlite_file import open_file_storage
from boletim.tuning.study.trial_attributes import LOCAL
from boletim.tuning.training.faults import file_trouble, is_disk_full, one_line

_TOKEN, _KEY = "token", "key"
_MAY_DIFFER = {
    "trials",
    "timeout",
    "disk_budget",
    "storage",
    "artifacts",
    "report_to",
    "warm_start",
    "confirm",
    "processes",
}
_MOST_TRIES = 6
"""So long a process waits for another that writes the study's file."""


def open_study(config: RunConfig, folder: Path, higher_is_better: Sequence[bool]) -> optuna.Study:
    """The run's study, made when it is not there yet.

    Args:
        config: The run's.
        folder: Its folder.
        higher_is_better: Of each objective.

    Raises:
        ConfigError: The database cannot be reached.
        RunFolderError: study.db is not Optuna's.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    is_local = is_local_storage(config)
    url = config.tuning.storage
    for n_tries_left in reversed(range(_MOST_TRIES)):
        try:
            return optuna.create_study(
                study_name=config.name,
                storage=open_file_storage(folder / "study.db")
                if is_local
                else optuna.storages.RDBStorage(url, engine_kwargs={"pool_pre_ping": True}),
                directions=["maximize" if is_more else "minimize" for is_more in higher_is_better],
                pruner=make_pruner(config.tuning),
                load_if_exists=True,
            )
        except (IntegrityError, ProgrammingError) as error:  # another worker makes the tables at this moment
            if is_local or not n_tries_left:
                raise _refusal(error, folder, url, is_local=is_local) from error
            time.sleep(0.5 + random.random())
        except Exception as error:
            raise _refusal(error, folder, url, is_local=is_local) from error
    raise AssertionError("the last try returns or raises")


def close_study(study: optuna.Study) -> None:
    """Close the connections to the database."""
    study._storage.remove_session()
    study._storage._backend.engine.dispose()


def check_study(study: optuna.Study, config: RunConfig, data: TuningData) -> None:
    """See that a study shared by several machines is of the same texts and settings.

    Raises:
        ConfigError: It was begun with others.
    """
    rows = [frame.to_json(orient="values") for frame in (data.train, data.validation)]
    settings = config.tuning.model_dump(mode="json", exclude=_MAY_DIFFER)
    key = key_of(rows, settings, config.seed, len(config.candidates))
    if study.user_attrs.setdefault(_KEY, key) != key:
        raise ConfigError("study_settings", name=config.name, storage=without_passwords(config.tuning.storage))
    study.set_user_attr(_KEY, key)


def is_local_storage(config: RunConfig) -> bool:
    """Whether the study is this run folder's alone."""
    return config.tuning.storage == "sqlite"


def worker_name(config: RunConfig, folder: Path) -> str:
    """Who works in this run folder; one process does at a time."""
    return LOCAL if is_local_storage(config) else f"{socket.gethostname()}:{folder.resolve()}"


def study_token(study: optuna.Study) -> str:
    """A random word that marks what this study made; drawn once."""
    if _TOKEN not in study.user_attrs:
        study.set_user_attr(_TOKEN, secrets.token_hex(16))
    return str(study.user_attrs[_TOKEN])


def _refusal(error: Exception, folder: Path, url: str, *, is_local: bool) -> BoletimError:
    trouble = file_trouble(error)
    if is_local and is_disk_full(error):
        trouble = Sentence("errors.disk_is_full"), Sentence("errors.free_space")
    if is_local and trouble is not None:
        return RunFolderError("study_trouble", trouble=trouble[0], remedy=trouble[1], at=folder / "study.db")
    if is_local:
        return RunFolderError("study_strange", folder=folder, error=one_line(error))
    return ConfigError("storage_answers", url=without_passwords(url), name=type(error).__name__)
