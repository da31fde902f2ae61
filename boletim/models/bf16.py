"""Whether bf16 pays on this machine: known of a GPU, measured on a processor."""

import platform
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import torch

from boletim.contracts.record import Record
from boletim.contracts.sentence import Sentence

Precision = Literal["fp32", "bf16"]

_ROWS, _INNER, _COLUMNS = 64, 384, 1536
"""A product as small encoders take it: 75 million operations."""
_MEASURED_S = 0.05
"""Of each precision."""
_CLEARLY_FASTER, _NOT_SLOWER = 1.1, 0.8
_FLAGS = ("amx_bf16", "avx512_bf16", "bf16")
"""Of /proc/cpuinfo; the last is Arm's."""


class Bf16(Record):
    """What bf16 is worth here."""

    device: Literal["cpu", "gpu"]
    factor: float | None = None
    """How many times as fast as fp32 a product is; None on a GPU, where it is known without a measurement."""
    flags: tuple[str, ...] = ()
    """Of the processor, that speak of bf16 units."""
    is_fast: bool

    def in_words(self) -> str:
        """One clause."""
        if self.factor is None:
            return Sentence(f"terminal.precision.gpu{'' if self.is_fast else '_not'}")
        if self.factor >= 1:
            return Sentence("terminal.precision.faster", n=self.factor)
        return Sentence("terminal.precision.slower", n=1 / self.factor)


@cache
def bf16_here() -> Bf16:
    """What bf16 is worth on the device that models run on; a processor is asked by 0.1 s of products."""
    if torch.cuda.is_available():
        return Bf16(device="gpu", is_fast=torch.cuda.is_bf16_supported(including_emulation=False))
    factor, flags = _seconds(torch.float32) / _seconds(torch.bfloat16), processor_flags()
    # units that a virtual machine or a setting hides are no use; where the clock leaves a doubt the flags decide
    is_fast = factor >= _CLEARLY_FASTER or (bool(flags) and factor >= _NOT_SLOWER)
    return Bf16(device="cpu", factor=factor, flags=flags, is_fast=is_fast)


def settle(wanted: str, say: Callable[[str], None] | None = None) -> Precision:
    """The precision to compute in.

    Args:
        wanted: `auto`, `fp32` or `bf16`.
        say: Given one line where `auto` decides, or where bf16 was asked for and is slower.
    """
    if wanted == "fp32":
        return "fp32"
    here = bf16_here()
    if wanted == "bf16":
        if say is not None and not here.is_fast:
            say(Sentence("terminal.precision.asked", said=here.in_words()))
        return "bf16"
    if say is not None:
        say(Sentence("terminal.precision.auto", chosen="bf16" if here.is_fast else "fp32", said=here.in_words()))
    return "bf16" if here.is_fast else "fp32"


def processor_flags() -> tuple[str, ...]:
    """The flags of this processor that speak of bf16 units; none where the system does not tell."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    known = next(
        (line.partition(":")[2].split() for line in lines if line.lower().startswith(("flags", "features"))), []
    )
    return tuple(flag for flag in _FLAGS if flag in known)


def processor_class() -> str:
    """The processor's architecture and the widest vector instructions that torch uses on it."""
    return f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"


def _seconds(kind: torch.dtype) -> float:
    """Of one product: the shortest of those that fit in the time, so that other work on the machine does not count."""
    generator = torch.Generator().manual_seed(0)
    left = torch.randn(_ROWS, _INNER, generator=generator).to(kind)
    right = torch.randn(_INNER, _COLUMNS, generator=generator).to(kind)
    left[:8] @ right  # the first product of a kind sets things up
    shortest, end = float("inf"), time.perf_counter() + _MEASURED_S
    while shortest == float("inf") or time.perf_counter() < end:
        begun = time.perf_counter()
        left @ right
        shortest = min(shortest, time.perf_counter() - begun)
    return shortest
