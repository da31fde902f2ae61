"""A quick start over several corpus seeds: is the planted gap found each time, and nothing else?

    python benchmarks/planted_truth.py [quickstart | quickstart-ner | quickstart-qa] [seed ...]

Prints per seed the planted gaps with their intervals and every other disparity that was called shown.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Plant:
    """What a quick start planted."""

    generator: str
    size: float
    gaps: tuple[str, ...]
    consequences: frozenset[str]
    """Gaps that are shown because of these."""


OCCUPATIONS = ("recall_gap{class=surgeon,attribute=gender}", "recall_gap{class=nurse,attribute=gender}")
PLANTS = {
    "quickstart": Plant(
        "make_corpus.py", 0.4, OCCUPATIONS, frozenset(name.replace("=gender", "=gender+region") for name in OCCUPATIONS)
    ),
    "quickstart-ner": Plant(
        "make_entities.py",
        0.3,
        ("recall_gap{class=person,attribute=gender}",),
        frozenset({"recall_micro_gap{attribute=gender}"}),  # only persons have a gender: the same misses, of all types
    ),
    "quickstart-qa": Plant(
        "make_questions.py",
        0.24,
        ("token_f1_gap{attribute=gender}",),
        frozenset(
            {"exact_match_gap{attribute=gender}"}
        ),  # an answer that shares no word with the marked one scores 0 in both
    ),
}


def run_one(quick_start: str, folder: Path, seed: int, language: str = "en", rows: int | None = None) -> dict[str, Any]:
    """One corpus, one search, one audit; returns the content of audit.json.

    Args:
        quick_start: One of `PLANTS`.
        folder: Where everything is written.
        seed: Of the corpus and of the run.
        language: "en" or "pt-BR".
        rows: How many texts; as the quick start has them by default.
    """
    home = EXAMPLES / quick_start
    content = yaml.safe_load(
        (home / ("boletim.yaml" if language == "en" else f"boletim.{language}.yaml")).read_text("utf-8")
    )
    subprocess.run([sys.executable, str(home / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    corpus = folder / Path(content["data"]["source"]).name
    make = [sys.executable, str(home / PLANTS[quick_start].generator), "--seed", str(seed), "--language", language]
    make += [] if rows is None else ["--rows", str(rows)]
    subprocess.run([*make, "--output", str(corpus)], check=True, stderr=subprocess.DEVNULL)
    content["data"]["source"] = str(corpus)
    content["seed"] = seed
    for candidate in content["candidates"]:
        candidate["model"] = str((home / candidate["model"]).resolve())
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content), "utf-8")
    boletim = [str(Path(sys.executable).with_name("boletim"))]
    subprocess.run([*boletim, "tune", str(config), "--run-dir", str(folder / "run"), "--quiet"], check=True)
    subprocess.run([*boletim, "audit", str(config), "--run-dir", str(folder / "run"), "--quiet"], check=True)
    return json.loads((folder / "run" / "audit.json").read_text("utf-8"))


def judge(plant: Plant, audit: dict[str, Any]) -> tuple[dict[str, tuple[dict[str, Any], bool]], list[str]]:
    """Each planted gap's measure and whether it is shown and holds the planted size; other disparities called shown."""
    measures = {measure["id"]: measure for measure in audit["measures"]}
    shown = {f["measures"][0] for f in audit["findings"] if f["kind"] == "disparity" and f["verdict"] == "shown"}
    found = {}
    for name in plant.gaps:
        low, high = measures[name]["low"], measures[name]["high"]  # None where there are too few examples
        found[name] = measures[name], name in shown and low <= plant.size <= high
    return found, sorted(shown - set(plant.gaps) - plant.consequences)


def main() -> None:
    parser = argparse.ArgumentParser(description="A quick start over several corpus seeds.")
    parser.add_argument("quick_start", nargs="?", choices=PLANTS, default="quickstart")
    parser.add_argument("seeds", nargs="*", type=int, default=SEEDS)
    parser.add_argument("--language", choices=("en", "pt-BR"), default="en")
    parser.add_argument("--rows", type=int, help="texts (default: as many as the quick start has)")
    arguments = parser.parse_args()
    plant, n_false = PLANTS[arguments.quick_start], 0
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            audit = run_one(arguments.quick_start, Path(folder), seed, arguments.language, arguments.rows)
        found, others = judge(plant, audit)
        n_false += len(others)
        for name, (m, is_found) in found.items():
            interval = " ".join("-" if m[key] is None else f"{m[key]:.3f}" for key in ("value", "low", "high"))
            print(f"seed {seed}: {name} {interval} n={m['n']} shown and holds {plant.size}={is_found}", flush=True)
        print(f"seed {seed}: other disparities shown: {others or 'none'}", flush=True)
    print(f"{len(arguments.seeds)} seeds: {n_false} false disparities in all (at most 1 is the bar)")


if __name__ == "__main__":
    main()
