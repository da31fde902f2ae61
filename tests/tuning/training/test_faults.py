import errno
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_json
from boletim.tuning.training.faults import is_disk_full, is_out_of_memory, one_line


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ],
)
def test_a_lack_of_memory_is_known_however_it_is_said(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert not is_disk_full(error)


def test_a_real_allocation_that_fails_is_a_lack_of_memory() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**58, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


def test_a_full_disk_is_found_behind_another_error() -> None:
    with pytest.raises(RunFolderError) as caught:
        write_json(Path("/dev/full/history.jsonl"), {})
    assert not is_disk_full(caught.value)
    error = RunFolderError("cannot write history.jsonl")
    assert not is_disk_full(error)
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert is_disk_full(error)
    assert is_disk_full(SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"))
    assert not is_disk_full(PermissionError(errno.EACCES, "Permission denied"))


def test_a_disk_that_is_really_full_is_known() -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        Path("/dev/full").write_text("x")
    assert is_disk_full(caught.value)


def test_an_error_is_one_line() -> None:
    assert one_line(ValueError("first\nsecond")) == "ValueError: first"
    assert one_line(ValueError()) == "ValueError"
