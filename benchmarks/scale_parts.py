"""`boletim audit` on a folder of parquet files: one process against workers of Ray on this machine.

100 million rows in 20 files (or as many as are given), three group columns, five classes, a score for each. Prints
seconds of the audit (reading, sums, evidence, figures) and of the whole command, the peak memory of the driver and of
the largest worker at full and at a tenth of the rows, and whether audit.json and predictions.parquet are the same to
the last byte. Both sides have one thread in each process.

Usage: python benchmarks/scale_parts.py [ROWS [WORKERS]]
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from scale import GROUPS, write_predictions

N_FILES, GOAL = 20, 1.7


def write_parts(folder: Path, n_rows: int) -> Path:
    """Files of equal size."""
    folder.mkdir()
    for place in range(N_FILES):
        write_predictions(folder / f"part-{place:02}.parquet", n_rows // N_FILES, seed=place)
    return folder


def audit(parts: Path, workers: int, run: Path) -> tuple[float, float, int, int]:
    """Seconds of the audit and of the command, and peak KiB of the driver and of the largest worker."""
    data = {"label": "label", "predicted": "predicted", "scores": "score_", "groups": list(GROUPS)}
    content = {"name": "parts", "predictions": str(parts), "data": data, "tuning": {"parallel": workers}}
    config = run.with_suffix(".yaml")
    config.write_text(yaml.safe_dump(content), encoding="utf-8")
    boletim = str(Path(sys.executable).with_name("boletim"))
    begun, audited, largest = time.perf_counter(), 0.0, 0
    process = subprocess.Popen(
        [boletim, "audit", str(config), "--run-dir", str(run), "--quiet"],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
    )
    while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
        largest = max(largest, *(_peak(pid) for pid in _workers()), 0)
        if not audited and (run / "audit.json").exists():
            audited = time.perf_counter() - begun
        time.sleep(0.2)
    if ended[1]:
        raise SystemExit(f"boletim audit ended with {os.waitstatus_to_exitcode(ended[1])}")
    return audited, time.perf_counter() - begun, ended[2].ru_maxrss, largest


def _workers() -> list[int]:
    """Processes of Ray that do a job."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().startswith(b"ray::"):
                found.append(int(folder.name))
        except OSError:  # gone meanwhile
            continue
    return found


def _peak(pid: int) -> int:
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def _content(run: Path) -> tuple[str, str]:
    """Hashes of what the audit wrote."""
    predictions = hashlib.sha256()
    with (run / "predictions.parquet").open("rb") as stream:
        while block := stream.read(1 << 24):
            predictions.update(block)
    audited = json.loads((run / "audit.json").read_text(encoding="utf-8"))
    return hashlib.sha256(json.dumps(audited, sort_keys=True).encode()).hexdigest(), predictions.hexdigest()


def main() -> None:
    """Compare."""
    n_rows, workers = [*(int(given.replace("_", "")) for given in sys.argv[1:]), *(100_000_000, 2)[len(sys.argv) - 1 :]]
    from boletim.engine.machine import processor_name

    print(f"{processor_name()}, {N_FILES} files, one thread in each process", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in (n_rows // 10, n_rows):
            parts, seconds, contents = write_parts(folder / f"parts-{n}", n), {}, {}
            for n_workers in (1, workers):
                run = folder / f"run-{n}-{n_workers}"
                seconds[n_workers], whole, driver, worker = audit(parts, n_workers, run)
                contents[n_workers] = _content(run)
                print(
                    f"{n:>11,} rows, {n_workers} at once: audit {seconds[n_workers]:6.1f} s, whole command {whole:6.1f}"
                    f" s, peak {driver >> 10:,} MiB here, {worker >> 10:,} MiB in a worker",
                    flush=True,
                )
            same = "the same" if contents[1] == contents[workers] else "NOT the same"
            print(f"  {seconds[1] / seconds[workers]:.2f} x (goal >= {GOAL}), figures and rows {same}", flush=True)


if __name__ == "__main__":
    main()
