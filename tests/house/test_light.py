"""What the base installs is enough for predictions, cards and checks; what it lacks is said in one line."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from boletim.contracts.extras import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PREDICTIONS = "label,predicted,gender\n" + "".join(
    f"{'ab'[n % 2]},{'ab'[(n + (n % 7 == 0)) % 2]},{'fm'[n % 3 == 0]}\n" for n in range(300)
)


def closure(lines: list[str]) -> set[str]:
    """Names of the installed distributions that these requirements bring, by what each says it needs."""
    found: set[str] = set()
    waiting = [(Requirement(line), "") for line in lines]
    while waiting:
        one, extra = waiting.pop()
        if one.marker is not None and not one.marker.evaluate({"extra": extra}):
            continue
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        try:
            needs = distribution(name).requires or []
        except PackageNotFoundError:  # for another system or Python, as its marker would have said
            continue
        if name not in found:
            found.add(name)
            waiting += [(Requirement(need), more) for need in needs for more in ("", *one.extras)]
    return found


def distributions(lines: list[str], folder: Path) -> Path:
    """A folder with links to what these requirements install, as a site-packages has it."""
    folder.mkdir()
    for name in closure(lines):
        installed = distribution(name)
        for top in {file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")}:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(installed.locate_file(top))))
    return folder


@pytest.fixture(scope="module")
def light(tmp_path_factory):
    """light(*arguments): the command line, in a Python that has what the base brings and nothing else."""
    place = tmp_path_factory.mktemp("light")
    site = distributions(PROJECT["dependencies"], place / "site")
    (place / "p.csv").write_text(PREDICTIONS)

    def run(*arguments):
        code = "import sys; from boletim.app.cli import main; sys.argv[0] = 'boletim'; main()"
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        env["PYTHONPATH"] = f"{site}{os.pathsep}{ROOT}"
        return subprocess.run(
            [sys.executable, "-S", "-c", code, *arguments],
            cwd=place,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_base_brings_no_network_and_the_extra_brings_it():
    base = closure(PROJECT["dependencies"])
    assert {"numpy", "weasyprint", "typer"} <= base
    assert not base & {"torch", "transformers", "datasets", "optuna", "scikit-learn", "huggingface-hub"}
    assert {"torch", "transformers", "datasets", "optuna"} <= closure(PROJECT["optional-dependencies"]["train"])


def test_the_doors_ask_for_the_packages_that_the_extra_names():
    imported = {"scikit-learn": "sklearn"}
    named = [Requirement(line).name for line in PROJECT["optional-dependencies"]["train"]]
    assert {imported.get(name, name) for name in named} == set(PACKAGES["train"])


def test_predictions_are_audited_and_the_card_drawn_verified_and_compared_without_the_extra(light):
    done = light("audit", "--predictions", "p.csv", "--group", "gender", "--run-dir", "out", "--quiet")
    assert done.returncode == 0, done.stderr
    assert light("verify", "out/card.pdf").returncode == 0
    assert light("render", "out", "--language", "pt-BR", "--quiet").returncode == 0
    assert light("check", "out").returncode == 0
    assert light("diff", "out", "out").returncode == 0
    assert light("doctor").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", str(ROOT / "boletim" / "languages" / "en" / "starter" / "boletim.yaml"), "--dry-run"),
        ("audit", "--model", "model", "--data", "p.csv", "--text", "gender"),
        ("probe", "--model", "model"),
        ("audit", "--predictions", "p.csv", "--set", "audit.metrics=['evaluate:f1']"),
    ],
)
def test_what_needs_the_extra_is_refused_in_one_line_with_the_remedy(light, arguments):
    done = light(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("which is not installed; type: pip install 'boletim[train]'\n")
