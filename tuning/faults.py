"""What kind of failure an exception is."""

import errno

from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import SQLAlchemyError

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "cublas_status_alloc_failed")
_DISK_FULL = ("no space left on device", "disk quota exceeded", "database or disk is full", "failed writing file")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a GPU or the host ran out of memory, as torch, its allocators or Python say it."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _OUT_OF_MEMORY)


def is_disk_full(error: BaseException) -> bool:
    """Whether a full disk or a used-up quota lies behind an error, whoever reported it."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, OSError) and link.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(sign in str(link).lower() for sign in _DISK_FULL):  # safetensors, torch and SQLite say it in words only
            return True
        link = link.__cause__ or link.__context__
    return False


def is_storage_down(error: BaseException) -> bool:
    """Whether the study's database did not answer."""
    return isinstance(error, StorageInternalError | SQLAlchemyError)


def one_line(error: BaseException) -> str:
    """The error's kind and its first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
