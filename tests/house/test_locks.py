"""Every pinned release has hashes, whatever a supported machine needs is pinned, and pip refuses another file."""

import hashlib
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
spec = importlib.util.spec_from_file_location("lock_hashes", ROOT / ".ci" / "lock_hashes.py")
assert spec
assert spec.loader
lock_hashes = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lock_hashes)


def pins_of(text: str) -> dict[str, str]:
    found = [lock_hashes.PIN.match(line) for line in text.splitlines()]
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_hashes_and_no_lock_says_where_it_was_made(path: Path) -> None:
    text = path.read_text("utf-8")
    assert pins_of(text)
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith(" "):
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        else:
            assert re.fullmatch(r"[a-z0-9.-]+==[0-9][^ ;]* \\", line)
            assert following.startswith("    --hash=sha256:")
    assert "://" not in text
    assert not re.search(r"--(index|extra|find|trusted)", text)


def test_setup_installs_every_lock_with_hashes_and_make_writes_them() -> None:
    setup, make = (ROOT / "setup.sh").read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")
    assert {path.name for path in LOCKS} == set(re.findall(r"requirements\S*\.lock", setup))
    (line,) = re.findall(r"^LOCKS := (.*)$", make, re.M)
    assert {path.name for path in LOCKS} == set(line.split())
    assert [line for line in setup.splitlines() if "pip_install" in line and ".lock" in line] == []
    assert "pip_install --no-deps --require-hashes --only-binary :all:" in setup


MACHINES = [
    {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": system.lower(),
        "platform_machine": machine,
    }
    | {"platform_system": system, "os_name": "posix", "implementation_name": "cpython"}
    | {"platform_python_implementation": "CPython", "extra": ""}
    for python, (system, machine) in product(
        ("3.11", "3.12", "3.13", "3.14"), (("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"))
    )
]


def needed(machine: dict[str, str], metadata: dict[str, list[str]]) -> set[str]:
    """The packages that the project and its tests need there, by the metadata of what is installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    left = [Requirement(line) for line in [*project["dependencies"], *extras["train"], *extras["dev"]]]
    seen: set[tuple[str, str]] = set()
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        for extra in {"", *one.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            wanted = [Requirement(line) for line in metadata.get(name, [])]
            left += [w for w in wanted if w.marker is None or w.marker.evaluate(machine | {"extra": extra})]
    return {name for name, _ in seen}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: "-".join(list(m.values())[i] for i in (0, 2, 3)))
def test_whatever_a_supported_machine_needs_is_pinned(machine: dict[str, str]) -> None:
    pins = {name for path in LOCKS for name in pins_of(path.read_text("utf-8"))}
    here = {canonicalize_name(d.name): d.requires or [] for d in importlib.metadata.distributions()}
    assert needed(machine, here) - pins == set()
    # the same question about a package that nobody pinned has another answer
    assert needed(machine, here | {"rich": ["nobody-pinned-this"]}) - pins == {"nobody-pinned-this"}


def wheel(folder: Path, version: str) -> Path:
    path = folder / f"leaf-{version}-py3-none-any.whl"
    about = f"leaf-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: leaf\nVersion: {version}\n")
        file.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{about}/RECORD", "")
    return path


def test_pip_takes_the_file_of_the_lock_and_refuses_another(tmp_path: Path) -> None:
    path = wheel(tmp_path, "1.0")
    text = lock_hashes.with_hashes("leaf==1.0\n    # via tree\n", lock_hashes.of_folders([tmp_path]))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert text == f"leaf==1.0 \\\n    --hash=sha256:{digest}\n    # via tree\n"
    changed = text.replace(digest, digest[:-1] + ("0" if digest[-1] != "0" else "1"))
    unhashed = "leaf==1.0\n"
    said = []
    for lock in (text, changed, unhashed):
        (tmp_path / "x.lock").write_text(lock)
        options = [
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--no-index",
            "--find-links",
            str(tmp_path),
        ]
        command = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run", *options, "-r", str(tmp_path / "x.lock")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said.append((done.returncode, done.stderr))
    assert said[0][0] == 0, said[0][1]
    assert said[1][0] == 1
    assert "DO NOT MATCH THE HASHES" in said[1][1]
    assert said[2][0] == 1
    assert "Hashes are required" in said[2][1]


def test_hashes_are_those_of_every_file_of_the_release_and_of_no_other() -> None:
    files = [
        "leaf-1.0.tar.gz",
        "leaf-1.0-py3-none-any.whl",
        "leaf-1.0+cpu-py3-none-any.whl",
        "leaf-1.0.1.tar.gz",
        "leaf.exe",
    ]
    rows = [{"filename": name, "hashes": {"sha256": f"{place:064x}"}} for place, name in enumerate(files)]
    hashes_of = lock_hashes.of_index(lambda name: {"files": rows} if name == "leaf" else {"files": []})
    assert hashes_of("leaf", Version("1.0")) == {f"{place:064x}" for place in (0, 1)}
    before = f"# why\nleaf==1.0 \\\n    --hash=sha256:{'f' * 64}\n"
    after = lock_hashes.with_hashes(before, hashes_of)
    assert "f" * 64 not in after
    assert lock_hashes.with_hashes(after, hashes_of) == after
    # a build that only some machines have gathers what each of them finds
    mine = lock_hashes.with_hashes("leaf==1.0+cpu \\\n" + f"    --hash=sha256:{'f' * 64}\n", hashes_of)
    assert mine == f"leaf==1.0+cpu \\\n    --hash=sha256:{2:064x} \\\n    --hash=sha256:{'f' * 64}\n"
    elsewhere = lock_hashes.with_hashes(mine, lambda *_: set())
    assert elsewhere == mine
    with pytest.raises(SystemExit, match=r"leaf==2\.0 has no file"):
        lock_hashes.with_hashes("leaf==2.0\n", hashes_of)
