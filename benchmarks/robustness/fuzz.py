"""Seeded damage at seven doors: each case ends in a result or in few words, soon, and leaves nothing half-written.

`python benchmarks/robustness/fuzz.py SEED N [DOOR]` runs N cases at each door, or at one; exit 1 where a case failed.
"""

import faulthandler
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import yaml
from fuzz_cases import GATES, NASTY, copied, damage_file, damaged_predictions, mistake, scrambled
from fuzz_worlds import PROBE_DATA, World, make_world
from pypdf import PdfReader, PdfWriter
from typer.testing import CliRunner

import boletim.app.flows.foreign as foreign
import boletim.app.flows.verify_process as verify_process
import boletim.app.stages.render as render
import boletim.reports.checking.verify as checking
from boletim.app.cli import app
from boletim.app.flows.verify import verify_file
from boletim.contracts.errors import BoletimError, StopRequest
from boletim.contracts.results.card import Card
from boletim.reports.pdf.draw import render_pdf

LONGEST_S, MOST_LINES, APART_EVERY = 20, 12, 60
"""Seconds of processor time; what sleeps is given up after `SHARED` times as many on the wall: machines are shared."""
SHARED = 90
ROOT = Path(__file__).resolve().parents[2]
WITHOUT_PDF = ("html", "md", "bom")
_APART = "import resource as r; r.setrlimit(r.RLIMIT_CPU, ({0}, {0})); from boletim.app.cli import main; main()"
Case = Callable[[random.Random, World, Path], list[str]]
"""Makes a damaged thing in a folder; returns the command to type."""


class HungError(BaseException):
    """A case took too long."""


def configuration(draw: random.Random, world: World, folder: Path) -> list[str]:
    path = folder / "c.yaml"
    shipped = [*(ROOT / "boletim" / "app" / "starter").glob("*.yaml"), ROOT / "examples/quickstart/boletim.yaml"]
    source = draw.choice([world.config, world.config, *sorted(shipped)])
    path.write_text(mistake(draw, source.read_text("utf-8").splitlines()), "utf-8", errors="surrogatepass")
    setting = f"{draw.choice(['seed', 'gates[0].at_most', 'a.b', 'data', 'card'])}={draw.choice(NASTY)}"
    return ["run", str(path), "--dry-run", *(["--set", setting] if draw.random() < 0.2 else [])]


def gates(draw: random.Random, world: World, folder: Path) -> list[str]:
    names = [*GATES, "accuracy", "recall{class=a}", "recall_gap{attribute=g}", "f1_macro", "flip_rate{probe=x}"]
    content = yaml.safe_load(world.finished.read_text("utf-8"))
    del content["gates"]
    gate = {
        "measure": draw.choice(names),
        draw.choice(["at_least", "at_most", "at_least", "x"]): draw.choice([0.5, 0.7, -1, "a"]),
    }
    if draw.random() < 0.3:
        gate["waiver"] = draw.choice([{}, 1, {"by": "x", "because": "y", "until": draw.choice(["2020-01-01", 3, "x"])}])
    text = yaml.safe_dump(content | {"gates": draw.choice([[gate], [gate], [gate, gate], gate])}, allow_unicode=True)
    if draw.random() < 0.4:
        text = yaml.safe_dump(content) + f"gates: {draw.choice(NASTY)}\n"
    (folder / "c.yaml").write_text(text, "utf-8", errors="surrogatepass")
    return ["run", str(folder / "c.yaml"), "--run-dir", str(folder / "run"), *draw.choice([[], ["--dry-run"]])]


def predictions(draw: random.Random, world: World, folder: Path) -> list[str]:
    path = damaged_predictions(draw, folder)
    more = [*draw.choice([[], ["--scores", "score_"]]), *draw.choice([[], ["--group", "gender"]])]
    return [
        "audit",
        "--predictions",
        str(path),
        "--run-dir",
        str(folder / "run"),
        "--set",
        "audit.bootstrap=100",
        *more,
    ]


def verify(draw: random.Random, world: World, folder: Path) -> list[str]:
    path = folder / "card.pdf"
    content = (world.foreign / "card.pdf").read_bytes()
    if draw.random() < 0.5:
        path.write_bytes(scrambled(draw, content) if draw.random() < 0.8 else content[: draw.randrange(len(content))])
    else:
        writer = PdfWriter(clone_from=PdfReader(world.foreign / "card.pdf"))
        attached = draw.choice(list(writer.attachment_list))
        place = folder / attached.name
        place.write_bytes(attached.content)
        damage_file(draw, place)
        attached.content = place.read_bytes() if place.is_file() else b""
        writer.write(path)
    more = [[], [], ["--predictions", str(world.foreign / "audit.json")], ["--trust", str(path)]]
    return ["verify", str(path), *draw.choice(more)]


def run_folder(draw: random.Random, world: World, folder: Path) -> list[str]:
    is_own = draw.random() < 0.5
    run = copied(world.run if is_own else world.foreign, folder / "run")
    files = sorted(path for path in run.rglob("*") if path.is_file() and path.suffix not in (".pdf", ".html", ".md"))
    damage_file(draw, draw.choice(files))
    commands = [
        ["check", str(run), "--junit", str(folder / "j.xml")],
        ["diff", str(run), str(world.run)],
        ["diff", str(world.foreign), str(run)],
        ["render", str(run), "--format", "html,md,bom"],
        ["clean", str(run)],
    ]
    if is_own:
        texts = ["--data", str(world.texts), "--text", "text", "--output", str(folder / "out.csv")]
        commands += [["predict", str(run), *texts]] * 2
    if is_own and draw.random() < 0.15:
        return ["tune", str(world.config), "--run-dir", str(run)]
    return draw.choice(commands)


def model_folder(draw: random.Random, world: World, folder: Path) -> list[str]:
    model = copied(world.classifier, folder / "model")
    damage_file(draw, draw.choice(sorted(path for path in model.iterdir() if path.is_file())))
    if draw.random() < 0.5:
        output = ["--output", str(folder / "p.json"), "--data", str(world.texts)]
        return ["probe", "--model", str(model), "--probe", "pronoun_swap", *output]
    options = ["--data", str(world.texts), "--text", "text", "--run-dir", str(folder / "run")]
    return ["audit", "--model", str(model), *options, "--set", "audit.bootstrap=100", "--set", "probes.use=[]"]


def probe_data(draw: random.Random, world: World, folder: Path) -> list[str]:
    probe, files = draw.choice(sorted(PROBE_DATA.items()))
    names, damaged = [], draw.choice(sorted(files))
    for key, (ending, content) in files.items():
        path = (
            folder / f"{key}{draw.choice(['.json', '.csv', '.txt', '.jsonl', '']) if draw.random() < 0.1 else ending}"
        )
        path.write_text(content, draw.choice(["utf-8", "utf-8", "utf-16", "latin-1"]) if key == damaged else "utf-8")
        if key == damaged:
            damage_file(draw, path)
        names += ["--data", f"{key}={path}"]
    model = world.classifier if probe == "hatecheck" else world.masked
    flagged = ["--flagged", "care"] if probe == "hatecheck" else []
    return ["probe", "--model", str(model), "--probe", probe, "--output", str(folder / "p.json"), *names, *flagged]


def drawn_once(card: Card, language: str, attachments: Mapping[str, bytes]) -> bytes:
    """A card drawn here, once for all files that say the same; what else they carry is laid in unread."""
    key = f"{language} {card.model_dump_json()}"
    if key not in DRAWN:
        try:
            DRAWN[key] = render_pdf(card, language, attachments)
        except (BoletimError, HungError, MemoryError):
            raise
        except Exception as error:
            raise RuntimeError(repr(error)) from error  # as the process that draws tells it
    return DRAWN[key]


def cheapen() -> None:
    """Leave out, in the cases that run here, a drawing that is no part of what was damaged, and a second process."""
    assert foreign.audit_finished.__kwdefaults__
    foreign.audit_finished.__kwdefaults__["formats"] = render.FORMATS = WITHOUT_PDF
    verify_process.verify_apart, checking.draw_pdf = verify_file, drawn_once


DRAWN: dict[str, bytes] = {}
OUTCOMES: Counter[str] = Counter()
"""How the cases of a door ended; a door at which all end alike is not tried."""
DOORS: dict[str, Case] = {
    door.__name__: door for door in (configuration, gates, predictions, verify, run_folder, model_folder, probe_data)
}


def failure_of(command: list[str], folder: Path, *, apart: bool) -> str:
    """Run one case; what is wrong with how it ended, or empty."""
    begun = processor_s()
    said, wrong = ran_apart(command) if apart else ran_here(command)
    OUTCOMES["done" if not said else said.split(str(folder))[-1][:60]] += 1
    if wrong:
        return wrong
    if processor_s() - begun > LONGEST_S:
        return f"{processor_s() - begun:.0f} s of processor time"
    if len(said.splitlines()) > MOST_LINES:
        return f"{len(said.splitlines())} lines: {said[:300]}"
    if "geheim" in said:
        return f"a secret: {said[:300]}"
    half = [path for path in folder.rglob("*") if path.name.endswith((".part", ".tmp"))]
    return f"half-written: {half[0].name}" if half else ""


def processor_s() -> float:
    """Of this process and of those that it waited for."""
    return sum(os.times()[:4])


def ran_here(command: list[str]) -> tuple[str, str]:
    """The error's message, and what is wrong: a traceback or a hang."""
    with alarm():
        try:
            result = CliRunner().invoke(app, command)
        except HungError as hung:
            return "", "hang: " + " < ".join(
                f"{f.name}:{f.lineno}" for f in traceback.extract_tb(hung.__traceback__)[-4:]
            )
    error = result.exception
    if isinstance(error, BoletimError | StopRequest):
        return str(error), ""
    if error is not None and not isinstance(error, SystemExit):
        frames = traceback.extract_tb(error.__traceback__)[-60:]
        own = [
            f"{Path(f.filename).name}:{f.lineno}"
            for f in frames
            if "/boletim/" in f.filename or str(ROOT) in f.filename
        ]
        return "", f"traceback: {type(error).__name__}: {str(error)[:160]} at {' < '.join(reversed(own[-4:]))}"
    return "", "" if result.exit_code in (0, 1, 2, 3) else f"exit {result.exit_code}"


def ran_apart(command: list[str]) -> tuple[str, str]:
    """The same as somebody would type it."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _APART.format(LONGEST_S), *command],
            capture_output=True,
            timeout=SHARED * LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", "hang in a process of its own"
    said = done.stderr.decode("utf-8", "replace")
    if "Traceback" in said or done.returncode not in (0, 1, 2, 3):
        return "", f"exit {done.returncode}: {said[-300:]}"
    return "\n".join(line for line in said.splitlines() if line.startswith("boletim:")), ""


@contextmanager
def alarm() -> Iterator[None]:
    """Raise HungError in the main thread after the longest processor time; SIGALRM is Boletim's own."""

    def ring(number: int, frame: object) -> None:
        raise HungError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    faulthandler.dump_traceback_later(SHARED * LONGEST_S, exit=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGPROF, before)


def run_door(door: str, seed: int, n: int, world: World, base: Path) -> list[str]:
    """The failures of n cases at one door."""
    failures = []
    for number in range(n):
        draw, folder = random.Random(f"{door} {seed} {number}"), base / f"{door}-{number}"
        folder.mkdir()
        command = DOORS[door](draw, world, folder)
        # drawing the PDF and another interpreter take seconds, so few cases do them
        apart = number % APART_EVERY == APART_EVERY - 1
        if wrong := failure_of(command, folder, apart=apart):
            failures.append(f"{door} {seed} {number}: {command[0]}: {wrong}")
            print(failures[-1], flush=True)
        shutil.rmtree(folder)
    return failures


def main(seed: int, n: int, doors: list[str]) -> int:
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name).resolve()
        world = make_world(base / "world")
        cheapen()
        os.chdir(base)
        for door in doors:
            begun = time.monotonic()
            found[door] = len(run_door(door, seed, n, world, base))
            ends = f"{OUTCOMES['done']} went through, {len(OUTCOMES)} kinds of end"
            print(f"{door}: {n} cases, {found[door]} failures, {ends}, {time.monotonic() - begun:.0f} s", flush=True)
            OUTCOMES.clear()
    print(json.dumps({"seed": seed, "cases": n * len(doors), "failures": found.total()}))
    return int(found.total() > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or list(DOORS)))
