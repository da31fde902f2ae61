"""One package through links, tests that mirror the sources, rooms of a size that a stranger can look over."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("audit", "tuning", "probes", "reports", "templates", "app")
MODULES = [path for top in ("boletim", *ROOMS) for path in (ROOT / top).rglob("*.py") if path.name != "__init__.py"]
# no source of their own: rules of the house, every plug-in of a kind, outside numbers, whole runs
WITHOUT_SOURCE = {"house", "conformance", "golden", "e2e", "examples"}


def test_every_room_is_a_link_in_the_package():
    for room in ROOMS:
        link = ROOT / "boletim" / room
        assert link.is_symlink(), f"boletim/{room} must be a link to ../{room}; type ln -s ../{room} boletim/{room}"
        assert os.readlink(link) == f"../{room}"


def test_nothing_imports_a_room_without_the_package_in_front():
    wrong = []
    for path in [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            wrong += [f"{path}: {name}" for name in names if name.split(".")[0] in ROOMS]
    assert not wrong


def test_a_room_holds_at_most_20_modules_and_none_is_private():
    for top in ("boletim", *ROOMS):
        for folder, _, names in os.walk(ROOT / top):
            modules = [name for name in names if name.endswith(".py") and name != "__init__.py"]
            assert len(modules) <= 20, f"{folder} has {len(modules)} modules; make rooms of it"
            assert not [name for name in modules if name.startswith("_") and name != "__main__.py"]
            assert not modules or "__init__.py" in names, f"{folder}/__init__.py must say what is inside"


def test_no_folder_of_benchmarks_holds_more_than_20():
    folders = {path.parent for path in (ROOT / "benchmarks").rglob("*.py")}
    assert len(folders) > 2
    assert not [folder for folder in folders if len(list(folder.glob("*.py"))) > 20]


def test_a_test_is_named_for_its_source_and_lies_where_it_lies():
    astray = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests")
        if folder.parts and folder.parts[0] in WITHOUT_SOURCE:
            continue
        # test_gates.py and test_gates_waivers.py are both of gates.py
        sources = [source.stem for source in (ROOT / folder).glob("*.py")]
        tested = path.stem.removeprefix("test_")
        if not any(tested == stem or tested.startswith(f"{stem}_") for stem in sources):
            astray.append(str(path.relative_to(ROOT)))
    assert not astray


PLANTED = [
    ("audit/planted.py", "import boletim.app.cli"),
    ("audit/planted.py", "import boletim.tuning.tasks"),
    ("boletim/contracts/planted.py", "import boletim.audit.run"),
    ("boletim/planted.py", "x = 1"),
]


@pytest.mark.parametrize(("place", "code"), PLANTED)
def test_a_wrong_import_or_a_package_outside_the_layers_is_noticed(place, code, tmp_path):
    for top in ("boletim", *ROOMS, "pyproject.toml"):
        source = ROOT / top
        if source.is_dir():
            shutil.copytree(source, tmp_path / top, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / top)
    (tmp_path / place).write_text(f'"""Planted."""\n\n{code}\n')
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(lint, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "planted" in done.stdout + done.stderr


def test_folders_of_the_rooms_names_where_somebody_stands_break_nothing(tmp_path):
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("raise SystemExit('not this one')\n")
    rows = "\n".join(f"{'ab'[n % 2]},{'ab'[n % 3 == 0]}" for n in range(60))
    (tmp_path / "p.csv").write_text(f"label,predicted\n{rows}\n")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    code = (
        "from boletim.app.cli import app; app(['audit', '--predictions', 'p.csv', '--label', 'label', '--predicted', "
        "'predicted', '--run-dir', 'out', '--quiet', '--set', 'audit.bootstrap=100'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "card.pdf").is_file()
