"""A path that somebody wrote, taken from the folder of the file it stands in."""

from pathlib import Path

from boletim.contracts.configuration.yaml_reading import shown
from boletim.contracts.errors import ConfigError


def path_in(folder: Path, written: str) -> Path:
    """A path relative to a folder, `~` followed.

    Raises:
        ConfigError: No file can have this name.
    """
    try:
        path = folder / Path(written).expanduser()
        path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return path
    except (RuntimeError, OSError, ValueError) as error:  # no such user; too long; NUL
        why = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
        raise ConfigError("no_file_name", written=shown(written), why=why.lower()) from error
    return path
