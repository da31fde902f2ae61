"""`boletim audit --predictions` on 1, 3 and 10 million rows with three group columns: seconds and peak memory.

Each size runs in a process of its own, card included. Prints rows, seconds, peak resident memory, and both against the
smallest size. `scale.py csv` does the same for csv files; parquet is the default.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

ROWS = (1_000_000, 3_000_000, 10_000_000)
CLASSES = ("billing", "delivery", "other", "returns", "technical")
GROUPS = {"gender": ("female", "male", "other"), "region": ("east", "north", "south", "west"), "age": ("<30", "30+")}
BATCH = 500_000


def write_predictions(path: Path, n: int, seed: int = 13) -> None:
    """Predictions of a five-class model that is right four times in five, in batches."""
    rng = np.random.default_rng(seed)
    writer = None
    for start in range(0, n, BATCH):
        size = min(BATCH, n - start)
        gold = rng.integers(0, len(CLASSES), size)
        logits = rng.normal(size=(size, len(CLASSES))) + 2.2 * np.eye(len(CLASSES))[gold]
        scores = np.exp(logits)
        scores /= scores.sum(axis=1, keepdims=True)
        columns = {"label": pa.array(CLASSES).take(pa.array(gold))}
        columns["predicted"] = pa.array(CLASSES).take(pa.array(scores.argmax(axis=1)))
        columns |= {f"score_{name}": pa.array(scores[:, i]) for i, name in enumerate(CLASSES)}
        columns |= {
            name: pa.array(values).take(pa.array(rng.integers(0, len(values), size))) for name, values in GROUPS.items()
        }
        batch = pa.table(columns)
        if writer is None:
            kind = pacsv.CSVWriter if path.suffix == ".csv" else pq.ParquetWriter
            writer = kind(path, batch.schema)
        writer.write_table(batch)
    writer.close()


def measure(path: Path, folder: Path) -> tuple[float, float, float]:
    """Seconds, of these on the processor, and peak resident memory in MiB of one audit."""
    boletim = str(Path(sys.executable).with_name("boletim"))
    command = [boletim, "audit", "--predictions", str(path), "--scores", "score_", "--quiet"]
    for group in GROUPS:
        command += ["--group", group]
    begun = time.perf_counter()
    process = subprocess.Popen([*command, "--run-dir", str(folder / "run")], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    suffix = sys.argv[1] if len(sys.argv) > 1 else "parquet"
    first: tuple[int, float, float] | None = None
    for n in ROWS:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / f"predictions.{suffix}"
            write_predictions(path, n)
            seconds, busy, mebibytes = measure(path, Path(name))
        first = first or (n, busy, mebibytes)
        print(
            f"{n:>10,} rows ({suffix}): {seconds:6.1f} s, processor {busy:6.1f} s"
            f" (x{busy / first[1]:.2f} for x{n / first[0]:.0f} rows), peak {mebibytes:,.0f} MiB"
            f" (x{mebibytes / first[2]:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
