import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "robustness" / "fuzz.py"


def test_damage_at_seven_doors_is_told_in_few_words_and_soon() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "1", "12"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert '"cases": 84, "failures": 0' in done.stdout
