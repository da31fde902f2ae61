"""Which machine this is: what its processor is called, and a mark that tells it from others without its name."""

import hashlib
import platform
from pathlib import Path


def processor_name() -> str:
    """As the system calls it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def machine_mark() -> str:
    """The same on one machine, another on any other."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:16]
