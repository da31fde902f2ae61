"""Read a file of a run folder: what is wrong with it and what to do is said in one line."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.yaml_reading import load_written
from boletim.contracts.errors import ConfigError, RunFolderError

_R = TypeVar("_R", bound=BaseModel)
_AGAIN = "run the command that made the folder again, or take the file from a copy"
_REDO = "make it again with this one: `boletim run …` or `boletim audit …`, as when the folder was made"
_MAX_BYTES = 2**29


def read_record(path: Path, kind: type[_R], remedy: str = _AGAIN) -> _R:
    """The record that a JSON file of a run folder holds.

    Args:
        path: The file.
        kind: What it holds.
        remedy: What to do where it is damaged.

    Raises:
        RunFolderError: The file cannot be read, is too large, is not JSON, or holds something else.
    """
    try:
        return kind.model_validate_json(_content(path, remedy))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["loc"][-1:] == ("schema",):
            reads = first.get("ctx", {}).get("expected", "another")
            raise RunFolderError(f"{path} is of another version of Boletim, this one reads {reads}; {_REDO}") from error
        where = ".".join(map(str, first["loc"]))[:120]
        what = f"{where}: {first['msg']}" if where else first["msg"]
        raise RunFolderError(f"{path} is damaged or of another version ({' '.join(what.split())}); {remedy}") from error
    except RecursionError as error:
        raise RunFolderError(f"{path} is damaged (nested too deep); {remedy}") from error


def read_resolved(path: Path) -> tuple[RunConfig, object]:
    """The configuration that a run folder keeps, and its values as written.

    Raises:
        RunFolderError: The file cannot be read or is no configuration.
    """
    try:
        content = load_written(path.name, _content(path).decode("utf-8"))
        return RunConfig.model_validate(content), content
    except (ValidationError, ConfigError, ValueError, TypeError, RecursionError) as error:
        raise RunFolderError(f"{path} is no configuration that Boletim wrote; {_AGAIN}") from error


def _content(path: Path, remedy: str = _AGAIN) -> bytes:
    try:
        if not path.is_file():
            raise RunFolderError(f"{path} is missing or is no file; {remedy}")
        if path.stat().st_size > _MAX_BYTES:
            raise RunFolderError(
                f"a file of a run folder has at most {_MAX_BYTES >> 20} MiB, {path} has more; {remedy}"
            )
        return path.read_bytes()
    except OSError as error:
        raise RunFolderError(f"{path} cannot be read ({error.strerror}); check the folder's permissions") from error
