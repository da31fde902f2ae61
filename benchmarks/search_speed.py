"""A whole search against one that never prunes: seconds for the same trials, and seconds until a good one is found.

- plain: no pruner, one evaluation an epoch.
- boletim: the defaults of `boletim tune`.

Both have the same space, seed, texts and number of trials; each is a process of its own. Prints seconds, best scores,
and the seconds until the first trial ended whose score is within half a point of the better of the two best ones.

Usage: python benchmarks/search_speed.py [CSV TEXT LABEL]
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
QUICKSTART = ROOT / "examples" / "quickstart"
N_ROWS, N_TRIALS, LIMIT, NEAR = 600, 20, 64, 0.005
SPACE = {"learning_rate": [1e-5, 5e-4], "batch_size": [8, 16, 32], "epochs": [1, 3]}


def prepare(folder: Path) -> dict[str, object]:
    if len(sys.argv) == 4:
        source, text, label = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
    else:
        source, text, label = folder / "bios.csv", "bio", "occupation"
        make = [sys.executable, str(QUICKSTART / "make_corpus.py"), "--rows", str(N_ROWS), "--output", str(source)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, str(QUICKSTART / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    return {
        "name": "search",
        "data": {"source": str(source), "text": text, "label": label, "sample": N_ROWS, "drop_missing": True},
        "candidates": [{"model": str((QUICKSTART / "minilm").resolve()), "max_length": LIMIT}],
        "tuning": {"trials": N_TRIALS, "search": SPACE},
    }


def run(content: dict, folder: Path, name: str, **tuning: object) -> list[dict]:
    """The trials in the order in which they ran."""
    config = folder / f"{name}.yaml"
    config.write_text(yaml.safe_dump(content | {"tuning": content["tuning"] | tuning}), "utf-8")
    command = [str(Path(sys.executable).with_name("boletim")), "tune", str(config), "--run-dir", str(folder / name)]
    subprocess.run([*command, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / name / "search.json").read_text("utf-8"))["trials"]


def until(trials: list[dict], wanted: float) -> float | None:
    """Seconds until a trial with that score had ended."""
    seconds = 0.0
    for trial in trials:
        seconds += trial["seconds"]
        if trial["state"] == "complete" and trial["objective"] >= wanted:
            return seconds
    return None


def main() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = prepare(folder)
        seen = {
            "plain": run(content, folder, "plain", pruner="none", evaluations_per_epoch=1),
            "boletim": run(content, folder, "boletim"),
        }
    bests = {way: max(t["objective"] for t in trials if t["state"] == "complete") for way, trials in seen.items()}
    seconds = {way: sum(trial["seconds"] for trial in trials) for way, trials in seen.items()}
    for way, trials in seen.items():
        n_pruned = sum(trial["state"] == "pruned" for trial in trials)
        good = until(trials, max(bests.values()) - NEAR)
        told = f"{good:.0f} s" if good is not None else "never"
        print(f"{way:8} {seconds[way]:5.0f} s, best {bests[way]:.3f}, {n_pruned} pruned, near the best after {told}")
    print(f"whole search: {seconds['plain'] / seconds['boletim']:.2f} x (goal >= 1.8)")


if __name__ == "__main__":
    main()
