"""Whether the database that `tuning.storage` names can be spoken to at all."""

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from boletim.contracts.configuration.yaml_reading import shown
from boletim.contracts.errors import ConfigError


def check_driver(storage: str) -> None:
    """Refuse a URL that no installed driver takes; nothing is connected to.

    Raises:
        ConfigError: It is no URL of a database, or its driver is not installed.
    """
    if "://" not in storage:
        return
    try:
        make_url(storage).get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError("storage_url", storage=shown(storage)) from error
    except ImportError as error:
        raise ConfigError("storage_driver", driver=error.name, storage=shown(storage)) from error
