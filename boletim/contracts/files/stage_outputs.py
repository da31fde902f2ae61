"""What a stage wrote, as it was: a stage is believed to be done only while its files are still those."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from boletim.contracts.files.atomic import hash_file
from boletim.contracts.record import Record

_ALWAYS_HASHED = 2**26
"""Bytes. A larger file with the size and time of its writing is not read again."""


class Output(Record):
    """One file at the moment its stage ended."""

    size: int
    mtime_ns: int
    sha256: str


def note_outputs(folder: Path, paths: Iterable[Path]) -> dict[str, Output]:
    """The files of a run folder that these paths are or hold, by their relative names."""
    return {path.relative_to(folder).as_posix(): _note(path) for path in _files(paths)}


def changed_output(folder: Path, noted: dict[str, Output]) -> str | None:
    """The first file that is gone or is not what was noted, by its relative name."""
    return next((name for name, output in noted.items() if not _is_same(folder / name, output)), None)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _note(path: Path) -> Output:
    found = path.stat()
    return Output(size=found.st_size, mtime_ns=found.st_mtime_ns, sha256=hash_file(path))


def _is_same(path: Path, output: Output) -> bool:
    if not path.is_file():
        return False
    found = path.stat()
    if found.st_size != output.size:
        return False
    if found.st_size > _ALWAYS_HASHED and found.st_mtime_ns == output.mtime_ns:
        return True
    return hash_file(path) == output.sha256
