"""The quick start over several corpus seeds: is the planted gap found each time, and nothing else?

Prints per seed the planted gaps with their intervals and every other disparity that was called shown.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (1, 2, 3, 4, 5)
N_ROWS = 2800  # as prepare.py makes
PLANTED_SHARE = 0.4
PLANTED = ("recall_gap{class=surgeon,attribute=gender}", "recall_gap{class=nurse,attribute=gender}")


def run_one(folder: Path, seed: int) -> dict[str, object]:
    """One corpus, one search, one audit; returns the content of audit.json."""
    quickstart = ROOT / "examples" / "quickstart"
    content = yaml.safe_load((quickstart / "boletim.yaml").read_text("utf-8"))
    subprocess.run([sys.executable, str(quickstart / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    corpus = folder / "bios.csv"
    make = [
        sys.executable,
        str(quickstart / "make_corpus.py"),
        "--seed",
        str(seed),
        "--language",
        "en",
        "--rows",
        str(N_ROWS),
    ]
    subprocess.run([*make, "--output", str(corpus)], check=True, stdout=subprocess.DEVNULL)
    content["data"]["source"] = str(corpus)
    content["seed"] = seed
    content["candidates"] = [{"model": str((quickstart / "minilm").resolve()), "max_length": 64}]
    return read_audit(folder, content)


def read_audit(folder: Path, content: dict[str, object]) -> dict[str, object]:
    """Tune and audit a configuration in a folder; returns the content of audit.json."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content), "utf-8")
    boletim = str(Path(sys.executable).with_name("boletim"))
    subprocess.run([boletim, "tune", str(config), "--run-dir", str(folder / "run"), "--quiet"], check=True)
    subprocess.run([boletim, "audit", str(config), "--run-dir", str(folder / "run"), "--quiet", "--json"], check=True)
    return json.loads((folder / "run" / "audit.json").read_text("utf-8"))


def main() -> None:
    n_false = 0
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            audit = run_one(Path(folder), seed)
        measures = {measure["id"]: measure for measure in audit["measures"]}
        shown = {f["measures"][0] for f in audit["findings"] if f["kind"] == "disparity" and f["verdict"] == "shown"}
        for name in PLANTED:
            m = measures[name]
            is_inside = m["low"] <= PLANTED_SHARE <= m["high"]
            print(
                f"seed {seed}: {name} {m['value']:.3f} [{m['low']:.3f}; {m['high']:.3f}] n={m['n']}"
                f" shown={name in shown} holds {PLANTED_SHARE}={is_inside}",
                flush=True,
            )
        consequences = {name.replace("attribute=gender", "attribute=gender+region") for name in PLANTED}
        others = sorted(shown - set(PLANTED) - consequences)
        n_false += len(others)
        print(f"seed {seed}: other disparities shown: {others or 'none'}", flush=True)
    print(f"{len(SEEDS)} seeds: {n_false} false disparities in all (at most 1 is the bar)")


if __name__ == "__main__":
    main()
