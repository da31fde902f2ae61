"""A whole search against one that never prunes: seconds for the same trials, and seconds until a good one is found.

- plain: no pruner, one evaluation an epoch.
- boletim: the defaults of `boletim tune`.

Both have the same space, seed, texts and number of trials, compute in fp32, and are a process of their own. For each
data set and seed it prints the seconds of the trials (of the processor, or with a GPU of the clock), the best scores,
their difference with its standard error (texts resampled in pairs), and the seconds until the first trial ended whose
score is within half a point of what both searches reached. Then the medians.

Usage: python benchmarks/search_speed.py [DATA ...] [--seeds 1 2 3] [--keep FOLDER]

DATA is `quickstart` or CSV:TEXT:LABEL. What FOLDER holds of an earlier call is not run again: remove from it what is to
be, such as `*/boletim`.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from fine_tuning import QUICKSTART, run_timed
from sklearn.metrics import f1_score

N_ROWS, N_TRIALS, LIMIT, NEAR = 400, 20, 32, 0.005
SPACE = {"learning_rate": [1e-5, 5e-4], "batch_size": [8, 16, 32], "epochs": [1, 3]}
WAYS = {"plain": {"pruner": "none", "evaluations_per_epoch": 1}, "boletim": {}}
N_REPLICATES = 1000


@dataclass(frozen=True)
class Seen:
    """A search that ended."""

    folder: Path
    trials: list[dict]
    """In the order in which they ran."""
    seconds: list[float]
    """Of each."""

    @property
    def best(self) -> dict:
        """The first of the trials with the best score."""
        return max((trial for trial in self.trials if trial["state"] == "complete"), key=lambda t: t["objective"])

    @property
    def n_pruned(self) -> int:
        """Trials that were stopped for lagging."""
        return sum(trial["state"] == "pruned" for trial in self.trials)

    def until(self, wanted: float) -> float:
        """Seconds until a trial with that score had ended."""
        spent = 0.0
        for trial, seconds in zip(self.trials, self.seconds, strict=True):
            spent += seconds
            if trial["state"] == "complete" and trial["objective"] >= wanted:
                return spent
        return math.inf

    def answers(self) -> np.ndarray:
        """(n_validation,) int64, the classes that the best trial's model gives."""
        logits = np.load(self.folder / "trials" / f"{self.best['number']:04d}" / "validation_logits.npy")
        return logits.argmax(axis=1)


def describe(data: str, folder: Path) -> dict[str, object]:
    """The configuration of both searches."""
    source, *columns = data.rsplit(":", 2)
    if source == "quickstart":
        source, columns = str(folder / "bios.csv"), ["bio", "occupation"]
        make = [sys.executable, str(QUICKSTART / "make_corpus.py"), "--rows", str(N_ROWS), "--output", source]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    text, label = columns
    return {
        "name": "search",
        "data": {
            "source": str(Path(source).resolve()),
            "text": text,
            "label": label,
            "sample": N_ROWS,
            "drop_missing": True,
        },
        "candidates": [{"model": str((QUICKSTART / "minilm").resolve()), "max_length": LIMIT}],
        "tuning": {"trials": N_TRIALS, "search": SPACE, "precision": "fp32"},
    }


def search(content: dict, folder: Path, way: str, seed: int) -> Seen:
    """Search, or read the search that an earlier call kept."""
    run, timed = folder / way, folder / way / "seconds.json"
    if not timed.exists():
        config = folder / f"{way}.yaml"
        config.write_text(yaml.safe_dump(content | {"tuning": content["tuning"] | WAYS[way]}), "utf-8")
        timed.write_text(json.dumps(run_timed(config, run, seed)), "utf-8")
    trials = json.loads((run / "search.json").read_text("utf-8"))["trials"]
    return Seen(run, trials, json.loads(timed.read_text("utf-8")))


def noise(seen: dict[str, Seen]) -> float:
    """Standard error of the difference of the two best macro F1s, texts resampled in pairs."""
    gold = pd.read_parquet(seen["plain"].folder / "corpus" / "validation.parquet")["label"]
    truth = gold.map({name: code for code, name in enumerate(sorted(gold.unique()))}).to_numpy()
    answers = [one.answers() for one in seen.values()]
    rng, differences = np.random.default_rng(0), []
    for _ in range(N_REPLICATES):
        rows = rng.integers(0, len(truth), len(truth))
        scores = [f1_score(truth[rows], answer[rows], average="macro", zero_division=0) for answer in answers]
        differences.append(scores[1] - scores[0])
    return float(np.std(differences))


def compare(data: str, seeds: list[int], folder: Path) -> Iterator[tuple[float, float, float]]:
    """Of each seed how many times faster, how many times sooner near the best, and the difference of the best."""
    folder.mkdir(parents=True, exist_ok=True)
    content = describe(data, folder)
    for seed in seeds:
        own = folder / str(seed)
        own.mkdir(exist_ok=True)
        seen = {way: search(content, own, way, seed) for way in WAYS}
        bests = {way: one.best["objective"] for way, one in seen.items()}
        near = {way: one.until(min(bests.values()) - NEAR) for way, one in seen.items()}
        for way, one in seen.items():
            told = f"best {bests[way]:.3f}, {one.n_pruned:2} pruned, near what both reached after {near[way]:.0f} s"
            print(f"{folder.name}, seed {seed}, {way:8} {sum(one.seconds):5.0f} s, {told}")
        faster = sum(seen["plain"].seconds) / sum(seen["boletim"].seconds)
        lost = bests["boletim"] - bests["plain"]
        print(
            f"  {faster:.2f} x, sooner {near['plain'] / near['boletim']:.2f} x, best {lost:+.3f} +- {noise(seen):.3f}"
        )
        yield faster, near["plain"] / near["boletim"], lost


def main() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", default=["quickstart"], metavar="DATA")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--keep", type=Path, help="keep the searches here, and use those that are here")
    options = parser.parse_args()
    from boletim.engine.machine import processor_name

    print(f"{processor_name()}, fp32, {N_ROWS} texts, {N_TRIALS} trials")
    subprocess.run([sys.executable, str(QUICKSTART / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        found = [one for data in options.data for one in compare(data, options.seeds, folder / _stem(data))]
    faster, sooner, lost = (statistics.median(figures) for figures in zip(*found, strict=True))
    print(
        f"median of {len(found)}: whole search {faster:.2f} x (goal >= 1.5), near the best {sooner:.2f} x (goal >= 1.5)"
    )
    mean = statistics.mean(one[2] for one in found)
    error = statistics.stdev(one[2] for one in found) / math.sqrt(len(found)) if len(found) > 1 else math.nan
    print(f"best score: median {lost:+.3f}, mean {mean:+.4f} +- {error:.4f}")


def _stem(data: str) -> str:
    return Path(data.rsplit(":", 2)[0]).stem


if __name__ == "__main__":
    main()
