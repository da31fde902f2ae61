"""`boletim --help` against importing typer and rich alone, alternating in one run; prints medians and their ratio."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
OURS = [str(Path(sys.executable).with_name("boletim")), "--help"]
PEER = [sys.executable, "-c", "import typer, rich"]


def seconds_of(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    seconds_of(OURS), seconds_of(PEER)  # warm the file cache
    pairs = [(seconds_of(OURS), seconds_of(PEER)) for _ in range(ROUNDS)]
    ours, peer = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"boletim --help {ours:.3f} s, import typer, rich {peer:.3f} s, ratio {ratio:.2f} (goal <= 2)")


if __name__ == "__main__":
    main()
