"""setup.sh on machines of several kinds, played by commands of the test's own: what it takes, installs and says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "setup.sh"

# a Python that says whether it fits, whether it has venv, which libraries are missing, and notes what pip is asked for
PYTHON = """#!/bin/sh
name=$(basename "$0")
case "$*" in
    *version_info\\ *|*"not (3, 11)"*) case " $FITTING " in *" $name "*) exit 0 ;; *) exit 1 ;; esac ;;
    *"%d.%d"*) echo "${name#python}" ;;
    *ensurepip*) case " $WITHOUT_VENV " in *" $name "*) [ -f installed ] ;; *) exit 0 ;; esac ;;
    "-m venv .venv") mkdir -p .venv/bin; sed 's/^name=.*/name=python/' "$0" >.venv/bin/python; chmod +x .venv/bin/python
        echo "$name" >made_by ;;
    "-m pip "*torch-cpu*) echo "$*" >>pip_calls
        [ -z "${WITHOUT_CPU:-}" ] || { echo "ERROR: no such build" >&2; exit 1; } ;;
    "-m pip "*) echo "$*" >>pip_calls; [ -z "${PIP_FAILS:-}" ] || { echo "ERROR: no such package" >&2; exit 1; } ;;
    -) cat >/dev/null; echo "$MISSING" ;;
    --version) echo "Python of the test" ;;
    *) echo "unexpected: $*" >&2; exit 9 ;;
esac
"""
APT = """#!/bin/sh
case "$1" in install) echo "$*" >>installed ;; esac
"""


@pytest.fixture
def machine(tmp_path):
    """machine(user=..., FITTING=..., MISSING=...): runs setup.sh there."""
    commands, project = tmp_path / "bin", tmp_path / "project"
    commands.mkdir()
    project.mkdir()
    shutil.copy(SETUP, project)

    def command(name, text):
        (commands / name).write_text(text)
        (commands / name).chmod(0o755)

    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        command(name, PYTHON)

    def run(user=0, system="Linux", has_apt=True, **environment):
        command("id", f"#!/bin/sh\necho {user}\n")
        command("uname", f"#!/bin/sh\necho {system}\n")
        if has_apt:
            command("apt-get", APT)
        env = {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "FITTING": "python python3.12",
            "MISSING": "",
            "WITHOUT_VENV": "",
        }
        done = subprocess.run(
            ["sh", "setup.sh"], cwd=project, env=env | environment, capture_output=True, text=True, check=False
        )
        files = {path.name: path.read_text().split("\n")[:-1] for path in project.iterdir() if path.is_file()}
        return done, files

    return run


def test_the_newest_python_that_fits_is_taken_though_commands_stand_there_that_only_fail(machine):
    done, files = machine(FITTING="python python3.11 python3.13")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files["made_by"] == ["python3.13"]


def test_one_with_venv_goes_before_a_newer_one_without(machine):
    _, files = machine(FITTING="python python3.11 python3.13", WITHOUT_VENV="python3.13")
    assert files["made_by"] == ["python3.11"]
    assert "installed" not in files


def test_a_python_that_was_asked_for_is_taken(machine):
    assert machine(FITTING="python python3.11 python3.14", PYTHON="python3.11")[1]["made_by"] == ["python3.11"]


def test_no_python_is_said_in_one_line(machine):
    done, files = machine(FITTING="")
    assert done.returncode == 1
    assert done.stderr.startswith("set-up: Python 3.11 to 3.14 is needed, none was found; ")
    assert done.stderr.count("\n") == 1
    assert "pip_calls" not in files


@pytest.mark.parametrize(
    ("missing", "packages"),
    [
        ("harfbuzz-subset", "libharfbuzz-subset0"),
        ("pangoft2-1.0", "libpangoft2-1.0-0"),
        ("pango-1.0 pangoft2-1.0 harfbuzz-subset", "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    ],
)
def test_each_library_is_installed_by_root_on_debian_and_named_to_others(machine, missing, packages):
    done, files = machine(user=1000, MISSING=missing)
    assert done.returncode == 1
    assert done.stderr == f"set-up: the PDF needs {missing}; type: sudo apt-get install {packages}\n"
    assert "pip_calls" not in files
    done, files = machine(MISSING=missing)
    assert done.returncode == 0
    assert [line.split("recommends ")[1] for line in files["installed"]] == [packages]


def test_a_missing_venv_is_installed_by_root_and_named_to_others(machine):
    done, _ = machine(user=1000, WITHOUT_VENV="python3.12")
    assert done.returncode == 1
    assert done.stderr.endswith("type: sudo apt-get install python3.12-venv\n")
    done, files = machine(WITHOUT_VENV="python3.12")
    assert done.returncode == 0
    assert files["installed"][0].endswith("python3.12-venv")


def test_macos_is_told_of_brew(machine):
    assert machine(system="Darwin", MISSING="pango-1.0")[0].stderr.endswith("type: brew install pango\n")


@pytest.mark.parametrize(
    ("system", "without_cpu", "more"),
    [("Linux", "", []), ("Linux", "1", ["torch", "cuda"]), ("Darwin", "1", ["torch"])],
)
def test_locks_are_installed_with_hashes_and_as_wheels_alone(machine, system, without_cpu, more):
    done, files = machine(system=system, WITHOUT_CPU=without_cpu)
    assert (done.returncode, done.stderr) == (0, "")
    *locked, own = files["pip_calls"]
    refusing = "-m pip install -qq --no-deps --require-hashes --only-binary :all: -r "
    wanted = ["requirements.lock -r requirements-model.lock", "requirements-torch-cpu.lock"]
    wanted += [f"requirements-{name}.lock" for name in more]
    assert locked == [refusing + one for one in wanted]
    assert own == "-m pip install -qq --no-deps --no-build-isolation -e ."


def test_errors_of_pip_are_shown_and_end_it(machine):
    done, files = machine(PIP_FAILS="1")
    assert done.returncode == 1
    assert "ERROR: no such package" in done.stderr
    assert len(files["pip_calls"]) == 1
    assert " -qq " in files["pip_calls"][0]


def test_it_is_safe_to_run_again(machine):
    machine()
    done, files = machine()
    assert done.returncode == 0
    assert files["made_by"] == ["python3.12"]
