"""The quick start of named entities over several corpus seeds: is the planted gap found each time, and nothing else?

Prints per seed the planted gap with its interval and every other disparity that was called shown.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from planted_truth import ROOT, SEEDS, read_audit

N_ROWS = 1500  # as prepare.py makes
PLANTED_SHARE = 0.3
PLANTED = "recall_gap{class=person,attribute=gender}"
CONSEQUENCES = {
    "recall_micro_gap{attribute=gender}",  # only persons have a gender: the same misses, of all types
    "recall_gap{class=person,attribute=gender+subject}",
    "recall_micro_gap{attribute=gender+subject}",
}


def run_one(folder: Path, seed: int, language: str = "en") -> dict[str, Any]:
    """One corpus, one search, one audit; returns the content of audit.json."""
    quickstart = ROOT / "examples" / "quickstart-ner"
    content = yaml.safe_load((quickstart / ("boletim.yaml" if language == "en" else "boletim.pt-BR.yaml")).read_text())
    subprocess.run([sys.executable, str(quickstart / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    corpus = folder / "entities.jsonl"
    make = [str(quickstart / "make_entities.py"), "--seed", str(seed), "--language", language, "--rows", str(N_ROWS)]
    subprocess.run([sys.executable, *make, "--output", str(corpus)], check=True, stderr=subprocess.DEVNULL)
    content["data"]["source"] = str(corpus)
    content["seed"] = seed
    content["candidates"][0]["model"] = str((ROOT / "examples" / "quickstart" / "minilm").resolve())
    return read_audit(folder, content)


def judge(audit: dict[str, Any]) -> tuple[dict[str, Any], bool, list[str]]:
    """The planted gap's measure, whether its interval holds the planted size, and other disparities called shown."""
    measure = next(m for m in audit["measures"] if m["id"] == PLANTED)
    shown = {f["measures"][0] for f in audit["findings"] if f["kind"] == "disparity" and f["verdict"] == "shown"}
    is_inside = measure["low"] <= PLANTED_SHARE <= measure["high"]
    return measure, is_inside and PLANTED in shown, sorted(shown - {PLANTED} - CONSEQUENCES)


def main() -> None:
    """Every seed given, or all of them."""
    n_false, seeds = 0, [int(one) for one in sys.argv[1:]] or SEEDS
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            m, is_found, others = judge(run_one(Path(folder), seed))
        n_false += len(others)
        print(
            f"seed {seed}: {PLANTED} {m['value']:.3f} [{m['low']:.3f}; {m['high']:.3f}] n={m['n']}"
            f" shown and holds {PLANTED_SHARE}={is_found}; other disparities shown: {others or 'none'}",
            flush=True,
        )
    print(f"{len(seeds)} seeds: {n_false} false disparities in all (at most 1 is the bar)")


if __name__ == "__main__":
    main()
