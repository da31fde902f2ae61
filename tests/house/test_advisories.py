"""No locked version, and none that pyproject.toml allows, has a weakness of the dated list."""

import datetime
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LIST = yaml.safe_load((Path(__file__).parent / "advisories.yaml").read_text("utf-8"))
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))


def locked(texts: list[str]) -> dict[str, Version]:
    lines = [line for text in texts for line in text.splitlines()]
    pins = [re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", line) for line in lines]
    return {pin[1].lower(): Version(pin[2]) for pin in pins if pin}


def weak(pins: dict[str, Version]) -> list[str]:
    """What the list says against these versions."""
    return [
        f"{row['package']} {pins[row['package']]} < {row['fixed']}: {', '.join(row['ids'])}"
        for row in LIST["advisories"]
        if row["package"] in pins and pins[row["package"]] < Version(row["fixed"])
    ]


def test_no_locked_version_is_weak() -> None:
    pins = locked([(ROOT / name).read_text("utf-8") for name in LOCKS])
    assert len(pins) > 100
    assert {row["package"] for row in LIST["advisories"]} <= set(pins)
    assert weak(pins) == []


def test_no_allowed_version_is_weak() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = {}
    for line in [*project["dependencies"], *project["optional-dependencies"]["train"]]:
        requirement = Requirement(line)
        (bound,) = [s.version for s in requirement.specifier if s.operator == ">="]
        oldest[requirement.name] = Version(bound)
    assert {"torch", "transformers", "weasyprint"} <= set(oldest)
    assert weak(oldest) == []


@pytest.mark.parametrize("line", ["jinja2==3.1.5 \\", "weasyprint==69.0", "torch==2.5.1+cpu"])
def test_a_weak_version_is_found(line: str) -> None:
    assert weak(locked([line]))


def test_the_list_is_dated_and_names_each_weakness_by_its_number() -> None:
    assert isinstance(LIST["read_on"], datetime.date)
    ids = [one for row in LIST["advisories"] for one in row["ids"]]
    assert all(re.fullmatch(r"CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}", one) for one in ids)
    assert len(set(ids)) == len(ids)
