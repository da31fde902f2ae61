"""Write a file whole or not at all."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from boletim.contracts.errors import RunFolderError


def write_bytes(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write through a temporary file, fsync and rename, so that a reader never sees half of it."""

    def fill(temporary: Path) -> None:
        temporary.write_bytes(content)

    write_with(path, fill, mode)


def write_text(path: Path, content: str, mode: int = 0o644) -> None:
    """UTF-8 text with line feeds, written whole or not at all."""
    write_bytes(path, content.encode("utf-8"), mode)


def write_json(path: Path, content: Any) -> None:
    """Indented JSON in the key order given; refuses NaN and infinity."""
    write_text(path, as_json(content))


def as_json(content: Any) -> str:
    """The text that `write_json` writes."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_with(path: Path, fill: Callable[[Path], None], mode: int = 0o644) -> None:
    """Let `fill` write a temporary file beside `path`, then put it in place.

    Raises:
        RunFolderError: The disk is full or the folder may not be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(handle)
        temporary = Path(name)
        fill(temporary)
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise RunFolderError("cannot_write", path=path, reason=error.strerror or error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def hash_file(path: Path) -> str:
    """sha256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def hash_folder(folder: Path, pattern: str = "*") -> str:
    """sha256 over the names and hashes of a folder's files that match, sorted by name."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob(pattern) if p.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()} {hash_file(path)}\n".encode())
    return digest.hexdigest()


def hash_data(path: Path) -> str:
    """sha256 of a data file, or of a folder that is a table."""
    return hash_folder(path) if path.is_dir() else hash_file(path)
