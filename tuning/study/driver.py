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
        raise ConfigError(
            f"tuning.storage: {shown(storage)} is not the URL of a database; write it such as "
            "postgresql+psycopg://user@host/database"
        ) from error
    except ImportError as error:
        raise ConfigError(
            f"tuning.storage: the driver {error.name} of {shown(storage)} is not installed; install it, or use "
            "postgresql+psycopg://user@host/database, whose driver comes with Boletim"
        ) from error
