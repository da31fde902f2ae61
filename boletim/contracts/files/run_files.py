"""Read a file of a run folder: what is wrong with it and what to do is said in one line."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.yaml_reading import load_written
from boletim.contracts.errors import ConfigError, RunFolderError
from boletim.contracts.sentence import Sentence

_R = TypeVar("_R", bound=BaseModel)
_AGAIN = "errors.again"
_REDO = "errors.redo"
_MAX_BYTES = 2**29


def read_record(path: Path, kind: type[_R], remedy: str = _AGAIN) -> _R:
    """The record that a JSON file of a run folder holds.

    Args:
        path: The file.
        kind: What it holds.
        remedy: Key of what to do where it is damaged.

    Raises:
        RunFolderError: The file cannot be read, is too large, is not JSON, or holds something else.
    """
    try:
        return kind.model_validate_json(_content(path, remedy))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["loc"][-1:] == ("schema",):
            reads = first.get("ctx", {}).get("expected", "another")
            raise RunFolderError("other_version", path=path, reads=reads, said=Sentence(_REDO)) from error
        where = ".".join(map(str, first["loc"]))[:120]
        what = f"{where}: {first['msg']}" if where else first["msg"]
        raise RunFolderError("damaged", path=path, what=" ".join(what.split()), said=Sentence(remedy)) from error
    except RecursionError as error:
        raise RunFolderError("damaged_deep", path=path, said=Sentence(remedy)) from error


def read_resolved(path: Path) -> tuple[RunConfig, object]:
    """The configuration that a run folder keeps, and its values as written.

    Raises:
        RunFolderError: The file cannot be read or is no configuration.
    """
    try:
        content = load_written(path.name, _content(path).decode("utf-8"))
        return RunConfig.model_validate(content), content
    except (ValidationError, ConfigError, ValueError, TypeError, RecursionError) as error:
        raise RunFolderError("not_our_config", path=path, said=Sentence(_AGAIN)) from error


def _content(path: Path, remedy: str = _AGAIN) -> bytes:
    try:
        if not path.is_file():
            raise RunFolderError("missing", path=path, said=Sentence(remedy))
        if path.stat().st_size > _MAX_BYTES:
            raise RunFolderError("run_file_large", max_bytes=_MAX_BYTES >> 20, path=path, said=Sentence(remedy))
        return path.read_bytes()
    except OSError as error:
        raise RunFolderError("run_file_unreadable", path=path, reason=error.strerror) from error
