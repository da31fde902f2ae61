"""Read how much energy the machine has used, where it says so.

On Linux the processor counts its own energy (RAPL) in files that often only root may read; an NVIDIA GPU counts its own
through the library of its driver. Both count all that runs on the device, not this process alone.

References:
    Khan et al. (2018), RAPL in Action, ACM TOMPECS 3:9.
"""

import ctypes
import ctypes.util
from collections.abc import Callable
from pathlib import Path

from boletim.contracts.meaning import Reason

_RAPL = Path("/sys/class/powercap")
_MILLIJOULE, _MICROJOULE = 1e-3, 1e-6
Joules = Callable[[], float]


def find_meter(*, on_gpu: bool) -> tuple[Joules | None, Reason | None]:
    """A function that returns joules used since some fixed moment, or None and the key of the reason.

    Args:
        on_gpu: Whether the model runs on an NVIDIA GPU, whose energy is then read; otherwise the processor's.
    """
    return gpu_meter(_nvml()) if on_gpu else processor_meter(_RAPL)


def processor_meter(folder: Path) -> tuple[Joules | None, Reason | None]:
    """Energy of all processor packages, from the counters in a folder."""
    counters = sorted(folder.glob("intel-rapl:[0-9]*/energy_uj"))
    counters = [path for path in counters if path.parent.name.count(":") == 1]
    if not counters:
        return None, Reason.of("no_counter")
    try:
        ranges = [float((path.parent / "max_energy_range_uj").read_text()) for path in counters]
        before = [float(path.read_text()) for path in counters]
    except OSError:
        return None, Reason.of("not_readable")
    total = 0.0

    def read() -> float:
        nonlocal total, before
        now = [float(path.read_text()) for path in counters]
        total += sum((a - b) % (r + 1) for a, b, r in zip(now, before, ranges, strict=True))  # a counter starts again
        before = now
        return total * _MICROJOULE

    return read, None


def gpu_meter(library: ctypes.CDLL | None) -> tuple[Joules | None, Reason | None]:
    """Energy of the first NVIDIA GPU, from the driver's library."""
    if library is None or library.nvmlInit_v2() != 0:
        return None, Reason.of("no_counter")
    device = ctypes.c_void_p()
    used = ctypes.c_ulonglong()
    if library.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(device)) != 0:
        return None, Reason.of("no_counter")
    if library.nvmlDeviceGetTotalEnergyConsumption(device, ctypes.byref(used)) != 0:
        return None, Reason.of("no_counter")

    def read() -> float:
        library.nvmlDeviceGetTotalEnergyConsumption(device, ctypes.byref(used))
        return used.value * _MILLIJOULE

    return read, None


def _nvml() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("nvidia-ml")
    return ctypes.CDLL(name) if name else None
