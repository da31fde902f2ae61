import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path for room in ("app", "boletim", "tuning", "audit", "probes", "reports") for path in (ROOT / room).rglob("*.py")
]


def test_the_rooms_the_user_chose_stand():
    for room in ("audit", "tuning", "templates", "probes", "reports", "tests"):
        assert (ROOT / room).is_dir()
    assert not [name for name in ("datasets", "evaluate", "metrics", "optuna") if (ROOT / name).exists()]
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_drawer_files_and_no_file_over_400_lines():
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [path for path in SOURCES if path.name in drawers]
    assert not [path for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > 400]


def test_every_dependency_says_who_needs_it():
    """The base's and each extra's: the place, then what for; and the place is there."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    said = re.findall(
        r'^    "[A-Za-z].*$', text[text.index("\ndependencies = [") : text.index("[project.scripts]")], re.M
    )
    assert len(said) > 35
    assert not [line for line in said if not re.search(r'",\s+# \S+', line)]
    files = [place for line in said for place in re.findall(r"\w+(?:/\w+)+\.py", line.partition("#")[2])]
    assert len(files) > 10
    assert not [place for place in files if not (ROOT / place).is_file()]


def test_every_configuration_that_ships_is_valid():
    from boletim.contracts.configuration.file import load_config

    shipped = [*(ROOT / "examples").rglob("*.yaml"), *(ROOT / "app" / "starter").glob("*.yaml")]
    configurations = [path for path in shipped if "candidates" in (yaml.safe_load(path.read_text("utf-8")) or {})]
    assert len(configurations) >= 5
    for path in configurations:
        load_config(path)


def test_help_imports_nothing_heavy():
    code = (
        "import sys, runpy\nsys.argv = ['boletim', '--help']\n"
        "try:\n    import boletim.app.cli; boletim.app.cli.main()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'pandas', 'numpy', 'optuna', 'weasyprint', 'sklearn', 'pydantic'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("boletim-*.whl"))


def test_the_wheel_holds_all_that_a_card_needs(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "boletim/languages/en/language.yaml",
        "boletim/languages/pt-BR/words/findings.yaml",
        "boletim/languages/pt-BR/starter/corpus.csv",
        "boletim/app/cli.py",
    ):
        assert needed in names
    assert any(name.startswith("boletim/templates/sections/") and name.endswith(".html.j2") for name in names)
    assert any(name.startswith("boletim/templates/fonts/") and name.endswith(".ttf") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"boletim"}


def test_the_installed_wheel_answers(wheel, tmp_path):
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    code = (
        "import boletim.app.cli, sys; sys.argv = ['boletim', '--version']; "
        "print(boletim.__file__); boletim.app.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(target) in done.stdout
    assert "boletim 0.1.0" in done.stdout


def test_the_schema_says_what_every_key_is():
    from boletim.contracts.configuration import RunConfig

    schema = RunConfig.model_json_schema()
    records = {"RunConfig": schema, **schema["$defs"]}
    assert len(records) > 12
    silent = [
        f"{record}.{key}"
        for record, content in records.items()
        for key, value in content.get("properties", {}).items()
        if not value.get("description")
    ]
    assert not silent, "each key has a docstring, which `boletim schema config` prints"
