import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "robustness" / "chaos.py"


def test_ten_kills_starved_and_poisoned_trials_and_a_missing_model_change_nothing() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "1"], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("seed 1: pass"), done.stdout
