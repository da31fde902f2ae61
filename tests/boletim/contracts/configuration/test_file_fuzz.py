"""Seeded nonsense at the configuration's door; BOLETIM_FUZZ_CASES=3000 is the long form."""

import os
import random
import signal
from pathlib import Path

from boletim.contracts.configuration.file import load_config
from boletim.contracts.errors import BoletimError

CASES = int(os.environ.get("BOLETIM_FUZZ_CASES", "400"))
ROOT = Path(__file__).resolve().parents[4]
NASTY = [
    ".nan", "-.inf", "1e400", "9" * 5000, "!!int x", "!!python/name:os.system", "&a [*a]", "*b", "[" * 200, "{" * 60,
    '"\\0"', '"\\ud800"', "~nobody-here/x", "/dev/zero", "'" + "x" * 5000 + "'", "null", "true", "[]", "{}", "''", "-1",
    "0x", "0b2", "1_000", "1:30:00", "2024-02-30", "@x", "`x`", "%x", "? x", "<<", "{<<: 3}", "[1, [2, [3]]]", "é ñ: x",
    "|\n  a\n b", "https://u:geheim@h/x?token=geheim", "{a: 1, a: 2}", "\u202e", "\x07", "evaluate:/etc/x", "{0: 1}",
]  # fmt: skip
GATES = [
    "recall{class=", "{}", "a{b}", "a{b=c=d}", "recall{class=%}", "%00{x=y}", "a{" + "b=c," * 2000 + "}", "é{ç=ã}", " ",
    "recall{class=a}{class=b}", "a{=}", "\U0001f600", "recall_gap{attribute=g+g}", "x" * 5000,
]  # fmt: skip


def mistake(draw: random.Random, lines: list[str]) -> str:
    """A shipped configuration with one to three things wrong."""
    lines = list(lines)
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(lines))
        key, colon, value = lines[place].partition(":")
        kind = draw.randrange(7)
        if kind == 0 and colon:
            lines[place] = f"{key}: {draw.choice(NASTY)}"
        elif kind == 1:
            lines[place] = "".join(draw.sample(lines[place], len(lines[place])))
        elif kind == 2:
            lines.insert(place, lines[draw.randrange(len(lines))])
        elif kind == 3:
            lines[place] = " " * draw.randint(0, 9) + lines[place].lstrip()
        elif kind == 4:
            lines[place] = f"{draw.choice(NASTY)}:{value}"
        elif kind == 5:
            lines.append(f"gates: [{{measure: '{draw.choice(GATES)}', at_most: {draw.choice(NASTY)}}}]")
        else:
            lines[place] = lines[place][: draw.randint(0, len(lines[place]))]
    return "\n".join(lines)


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
