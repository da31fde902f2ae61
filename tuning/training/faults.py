"""What kind of failure an exception is, and what a lack of memory asks for."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

from boletim.contracts.errors import BoletimError, ModelError
from boletim.contracts.meaning import Reason, message
from boletim.contracts.sentence import Sentence

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "cublas_status_alloc_failed")
_FILE_TROUBLES = (
    ("database is locked", "errors.file_held", "errors.file_held_do"),
    ("file too large", "errors.file_limit", "errors.file_limit_do"),
    ("readonly database", "errors.file_readonly", "errors.file_readonly_do"),
    ("unable to open database", "errors.file_closed", "errors.file_closed_do"),
    ("disk i/o error", "errors.file_io", "errors.file_io_do"),
)
"""What SQLite says of a study's file that is whole, what that means, and what to do."""
_DISK_FULL = ("no space left on device", "disk quota exceeded", "database or disk is full", "failed writing file")


@dataclass(frozen=True)
class Fault:
    """Why a training ended without an outcome."""

    kind: Literal["memory", "disk", "not finite", "candidate", "storage", "other"]
    reason: Reason
    """In one line."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a GPU or the host ran out of memory, as torch, its allocators or Python say it."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _OUT_OF_MEMORY)


def is_disk_full(error: BaseException) -> bool:
    """Whether a full disk or a used-up quota lies behind an error, whoever reported it."""
    for link in _links(error):
        if isinstance(link, OSError) and link.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(sign in str(link).lower() for sign in _DISK_FULL):  # safetensors, torch and SQLite say it in words only
            return True
    return False


def is_storage_down(error: BaseException) -> bool:
    """Whether the study's database did not answer."""
    return isinstance(error, StorageInternalError | SQLAlchemyError)


def fault_of(error: Exception) -> Fault | None:
    """What befell a training; None for what ends the search, or this attempt."""
    if is_out_of_memory(error):
        return Fault("memory", message(one_line(error)))
    if is_disk_full(error):
        return Fault("disk", message(one_line(error)))
    if is_storage_down(error):
        return Fault("storage", message(one_line(error)))
    if isinstance(error, FloatingPointError):
        return Fault("not finite", next((one for one in error.args if isinstance(one, Reason)), message(str(error))))
    if isinstance(error, ModelError):
        return Fault("candidate", message(str(error)))
    return None if isinstance(error, BoletimError) else Fault("other", message(one_line(error)))


def next_accumulation(batch_size: int, accumulation: int) -> int | None:
    """The fewest parts, at least twice as many as now, that cut a batch evenly; None when it is down to one example."""
    return next((parts for parts in range(2 * accumulation, batch_size + 1) if batch_size % parts == 0), None)


def file_trouble(error: BaseException) -> tuple[str, str] | None:
    """Why a study's file that may be whole cannot be used, and what to do; None where it is something else."""
    said = " ".join(str(link).lower() for link in _links(error))
    found = (trouble for trouble in _FILE_TROUBLES if trouble[0] in said)
    return next(((Sentence(cause), Sentence(remedy)) for _, cause, remedy in found), None)


def one_line(error: BaseException) -> str:
    """The error's kind and its first line; of a storage's failure that of its cause, for Optuna only guesses."""
    while isinstance(error, StorageInternalError) and error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _links(error: BaseException) -> Iterator[BaseException]:
    """An error and those behind it."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
