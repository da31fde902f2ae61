"""What can only be tried where there is a GPU, in under four minutes, as one table on the screen and in a file.

`make gpu-check`, or `python benchmarks/gpu_check.py [FILE]`; FILE is gpu-check.md. Each step runs by itself: one that
fails says so in its row, and one for which the time left does not suffice is not begun. Exit code 1 where one failed.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fine_tuning
import scoring
import torch
import yaml

ROOT = Path(__file__).resolve().parents[1]
QUICKSTART = ROOT / "examples" / "quickstart"
BUDGET_S = 230
CROWDED_MIB = 1_500
"""A process may have so much of the GPU where memory is to run out: the model fits, a batch of 512 does not."""
_CONFINED = (
    "import torch; torch.cuda.set_per_process_memory_fraction({share}); from boletim.app.cli import main; main()"
)
_OURS = "from boletim.app.cli import main; main()"


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    step: str
    seen: str
    seconds: float
    is_failed: bool = False


@dataclass(frozen=True)
class Step:
    """Something to try."""

    name: str
    run: Callable[[Path], str]
    """Takes a folder of its own; returns what was seen, or raises."""
    longest_s: int
    """It is not begun with less time than this."""


class CheckError(Exception):
    """Something came out otherwise than it must."""


def main() -> int:
    """Try everything; print and write the table."""
    if not torch.cuda.is_available():
        print(
            "gpu-check needs a CUDA device, torch sees none here; run it where `nvidia-smi` lists one", file=sys.stderr
        )
        return 2
    file = Path(sys.argv[1] if len(sys.argv) > 1 else "gpu-check.md")
    subprocess.run([sys.executable, str(QUICKSTART / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    rows = tried(STEPS, BUDGET_S)
    table = as_table(machine(), rows)
    file.write_text(table, "utf-8")
    print(table)
    return int(any(row.is_failed for row in rows))


def tried(steps: tuple[Step, ...], budget_s: float) -> list[Row]:
    """A row for every step, in order."""
    rows, begun = [], time.monotonic()
    for step in steps:
        now = time.monotonic()
        if budget_s - (now - begun) < step.longest_s:
            rows.append(Row(step.name, f"not run: fewer than {step.longest_s} s were left", 0.0))
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                seen, is_failed = step.run(Path(folder)), False
            except (CheckError, subprocess.SubprocessError, OSError, ValueError, KeyError, RuntimeError) as error:
                seen, is_failed = f"FAILED: {said(error)}", True
        rows.append(Row(step.name, seen, time.monotonic() - now, is_failed))
    return rows


def said(error: Exception) -> str:
    """The last line of what a command said, else the error's own first line."""
    told = getattr(error, "stderr", None) or str(error) or type(error).__name__
    lines = [line for line in str(told).strip().splitlines() if line.strip()]
    return (lines[-1] if getattr(error, "stderr", None) else lines[0])[:300]


def as_table(about: str, rows: list[Row]) -> str:
    """Markdown."""
    lines = [f"{about}", "", "| step | seen | seconds |", "| --- | --- | --- |"]
    lines += [f"| {row.step} | {row.seen.replace('|', '/')} | {row.seconds:.0f} |" for row in rows]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Devices and versions, no host name."""
    names = [torch.cuda.get_device_properties(place) for place in range(torch.cuda.device_count())]
    devices = ", ".join(f"{one.name} ({one.total_memory / 2**30:.0f} GiB)" for one in names)
    return f"{devices}; torch {torch.__version__}, CUDA {torch.version.cuda}, Python {sys.version.split()[0]}"


@contextmanager
def peak_of_devices() -> Iterator[list[int]]:
    """Yields one number, set at the end: MiB that all devices used at most, above what they used at the beginning."""
    places, is_over = range(torch.cuda.device_count()), threading.Event()

    def used() -> int:
        return sum(total - free for free, total in map(torch.cuda.mem_get_info, places))

    first, peak = used(), [0]

    def watch() -> None:
        while not is_over.wait(0.05):
            peak[0] = max(peak[0], used() - first)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()
        peak[0] = max(peak[0], used() - first) // 2**20


def quick_start(folder: Path) -> str:
    """The whole quick start in bf16."""
    with peak_of_devices() as peak:
        boletim("run", QUICKSTART / "boletim.yaml", folder / "run", "tuning.precision=bf16")
    card = json.loads((folder / "run" / "card.json").read_text("utf-8"))
    search = read_search(folder / "run")
    require(card["verdict"] == "fail", f"the planted gap must fail its gate, the verdict is {card['verdict']}")
    return (
        f"verdict {card['verdict']}, as planted; best macro F1 {best_of(search):.3f}; "
        f"precision {search['precision']}; peak {peak[0]:,} MiB"
    )


def out_of_memory(folder: Path) -> str:
    """A batch that does not fit is cut into parts, and the trial still ends."""
    total = torch.cuda.get_device_properties(0).total_memory
    share = CROWDED_MIB * 2**20 / total
    config = trials_of(folder, trials=1, batch=512)
    boletim("tune", config, folder / "run", code=_CONFINED.format(share=share))
    return recovery_of(read_search(folder / "run"))


def recovery_of(search: dict[str, Any]) -> str:
    """How the lack of memory was mended.

    Raises:
        CheckError: It never ran out, or the trial did not end.
    """
    mended = [one for one in search["mishaps"] if one["kind"] == "out_of_memory_mended"]
    require(bool(mended), "memory never ran out, or the trial was given up")
    states = {trial["state"] for trial in search["trials"]}
    require(states == {"complete"}, f"the trial must end, it is {', '.join(sorted(states))}")
    values = mended[0]["values"]
    return f"a batch of {values['effective']} became {values['parts']} parts of {values['batch']}; the trial ended"


def two_at_once(folder: Path) -> str:
    """Two trials on two GPUs against one after the other."""
    if torch.cuda.device_count() < 2:
        return "not run: one GPU"
    if importlib.util.find_spec("ray") is None:
        return "not run: Ray is not installed (pip install 'boletim[ray]')"
    config, seconds = trials_of(folder, trials=4, batch=32), {}
    for at_once in (1, 2):
        begun = time.monotonic()
        boletim("tune", config, folder / str(at_once), f"tuning.parallel={at_once}")
        seconds[at_once] = time.monotonic() - begun
        states = [trial["state"] for trial in read_search(folder / str(at_once))["trials"]]
        require(len(states) == 4, f"four trials were asked for, there are {len(states)}")
    return f"4 trials in {seconds[2]:.0f} s, one at a time {seconds[1]:.0f} s: {seconds[1] / seconds[2]:.2f} x"


def scored(folder: Path) -> str:
    """Scoring against `transformers.pipeline`, both in fp32, and the largest difference of a probability."""
    from transformers import pipeline

    from boletim.models.load import load_classifier

    texts = scoring.read_texts(folder)
    model = str(scoring.make_model(folder / "model"))
    ours, peer = load_classifier(model), pipeline("text-classification", model=model, top_k=None, truncation=True)
    order = {label: place for place, label in enumerate(ours.labels)}

    def with_pipeline(some: list[str]) -> list[list[float]]:
        answers = (sorted(scores, key=lambda one: order[one["label"]]) for scores in peer(some, batch_size=32))
        return [[one["score"] for one in scores] for scores in answers]

    seconds, tables = {}, {}
    for way, score in (("ours", ours.predict_scores), ("pipeline", with_pipeline)):
        score(texts[:64])
        begun = time.perf_counter()
        tables[way] = score(texts)
        seconds[way] = time.perf_counter() - begun
    off_by = float(abs(tables["ours"] - torch.tensor(tables["pipeline"]).numpy()).max())
    require(off_by < 1e-3, f"probabilities must be equal, they differ by {off_by:.1e}")
    return (
        f"{len(texts):,} texts in {seconds['ours']:.2f} s, pipeline {seconds['pipeline']:.2f} s: "
        f"{seconds['pipeline'] / seconds['ours']:.1f} x; probabilities differ by at most {off_by:.1e}"
    )


def trained(folder: Path) -> str:
    """A whole trial, which takes bf16, against a bare `Trainer.train()` with its defaults, which takes fp32."""
    arguments, sys.argv = sys.argv, sys.argv[:1]
    try:
        config = fine_tuning.prepare(folder)
    finally:
        sys.argv = arguments
    with peak_of_devices() as peak:
        ours, our_auc = fine_tuning.run_boletim(config, folder / "run", 1)
    theirs, their_auc = fine_tuning.run_peer("dynamic", folder / "run" / "corpus", 1, folder / "peer")
    return (
        f"whole trial in bf16 {ours:.1f} s (AUC {our_auc:.3f}), the Trainer's defaults in fp32 {theirs:.1f} s "
        f"(AUC {their_auc:.3f}): {theirs / ours:.2f} x; peak {peak[0]:,} MiB"
    )


def boletim(name: str, config: Path, run: Path, *settings: str, code: str = _OURS) -> None:
    """Type a command in a process of its own.

    Raises:
        CheckError: It did not end with 0; its last line says why.
    """
    options = [part for setting in settings for part in ("--set", setting)]
    told = [sys.executable, "-c", code, name, str(config), "--run-dir", str(run), "--quiet", *options]
    done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, timeout=BUDGET_S, check=False)
    lines = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
    require(done.returncode == 0, f"boletim {name} ended with {done.returncode}: {lines[-1]}")


def trials_of(folder: Path, trials: int, batch: int) -> Path:
    """A configuration of some short trials on the quick start's texts."""
    content = {
        "name": "gpu-check",
        "data": {"source": str(QUICKSTART / "data" / "bios.csv"), "text": "bio", "label": "occupation"},
        "candidates": [{"model": str((QUICKSTART / "minilm").resolve()), "max_length": 64}],
        "tuning": {
            "trials": trials,
            "pruner": "none",
            "search": {"learning_rate": [1e-4, 1e-3], "batch_size": [batch], "epochs": 2},
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


def read_search(run: Path) -> dict[str, Any]:
    """What the search came to."""
    found: dict[str, Any] = json.loads((run / "search.json").read_text("utf-8"))
    return found


def best_of(search: dict[str, Any]) -> float:
    """The best trial's score."""
    return float(next(one["objective"] for one in search["trials"] if one["number"] == search["best_trial"]))


def require(is_so: bool, otherwise: str) -> None:
    """Fail the step where something is not as it must be.

    Raises:
        CheckError: It is not so.
    """
    if not is_so:
        raise CheckError(otherwise)


STEPS = (
    Step("quick start, bf16", quick_start, 60),
    Step("out of memory", out_of_memory, 25),
    Step("scoring, fp32", scored, 15),
    Step("a trial and the Trainer's defaults", trained, 30),
    Step("two trials at once", two_at_once, 40),
)

if __name__ == "__main__":
    sys.exit(main())
