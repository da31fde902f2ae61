import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "robustness" / "kills.py"


def test_kills_inside_trials_leave_the_same_trials_to_the_bit() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "15"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "15 kills so far" in done.stdout.splitlines()[-1], done.stdout
