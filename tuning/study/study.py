"""The study on disk: open it, and what it remembers beyond its trials."""

import secrets
from collections.abc import Sequence
from pathlib import Path

import optuna

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.passwords import without_passwords
from boletim.contracts.errors import BoletimError, ConfigError, RunFolderError
from boletim.contracts.files.atomic import write_text
from boletim.contracts.sentence import Sentence
from boletim.tuning.study.pruner import make_pruner
from boletim.tuning.study.sqlite_file import open_file_storage
from boletim.tuning.training.faults import file_trouble, is_disk_full, one_line

_TOKEN = "token"
_TOKEN_FILE = "study.token"
"""In the run folder, where the study lies in a database: says that it is this folder's."""


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
    except Exception as error:
        raise _refusal(error, folder, url, is_local=is_local) from error


def close_study(study: optuna.Study) -> None:
    """Close the connections to the database."""
    study._storage.remove_session()
    study._storage._backend.engine.dispose()


def check_owner(study: optuna.Study, config: RunConfig, folder: Path) -> None:
    """See that a study in a database is this run folder's: one driver writes to it, whoever watches.

    Raises:
        ConfigError: It is another's.
    """
    if is_local_storage(config):
        return
    file = folder / _TOKEN_FILE
    if file.exists() and file.read_text(encoding="utf-8") == study_token(study):
        return
    if study.get_trials(deepcopy=False):
        raise ConfigError("study_of_another", name=config.name, storage=without_passwords(config.tuning.storage))
    write_text(file, study_token(study))


def is_local_storage(config: RunConfig) -> bool:
    """Whether the study is this run folder's alone."""
    return config.tuning.storage == "sqlite"


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
