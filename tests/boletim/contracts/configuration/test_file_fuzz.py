"""Seeded nonsense at the configuration's door; BOLETIM_FUZZ_CASES=3000 is the long form."""

import os
import random
import signal
import sys
from pathlib import Path

from boletim.contracts.configuration.file import load_config
from boletim.contracts.errors import BoletimError

CASES = int(os.environ.get("BOLETIM_FUZZ_CASES", "400"))
ROOT = Path(__file__).resolve().parents[4]
sys.path.append(str(ROOT / "benchmarks" / "robustness"))

from fuzz_cases import NASTY, mistake  # noqa: E402


def told(path: Path, overrides: list[str]) -> str:
    """What the door says; empty where it lets the file in."""
    signal.alarm(20)  # a hang ends the test
    try:
        load_config(path, overrides)
    except BoletimError as error:
        return str(error)
    finally:
        signal.alarm(0)
    return ""


def test_nonsense_is_refused_in_few_words(tmp_path):
    shipped = [
        *sorted((ROOT / "boletim" / "starter").glob("*.yaml")),
        ROOT / "examples" / "quickstart" / "boletim.yaml",
    ]
    draw, path, n_refused = random.Random(20), tmp_path / "c.yaml", 0
    for number in range(CASES):
        text = mistake(draw, draw.choice(shipped).read_text("utf-8").splitlines())
        path.write_text(text, "utf-8", errors="surrogatepass")
        overrides = [f"{draw.choice(['seed', 'gates[0].at_most', 'a.b', 'data'])}={draw.choice(NASTY)}"]
        said = told(path, overrides if number % 5 == 0 else [])
        n_refused += bool(said)
        assert len(said.splitlines()) <= 12, text
        assert len(said) < 8000, text
        assert "geheim" not in said, text
    assert n_refused > CASES / 3
