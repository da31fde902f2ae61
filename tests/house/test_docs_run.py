"""The first steps of the guide, done as a reader would: every block of these pages, one after the other."""

import re
import shlex
import tomllib
import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boletim.app.cli import app

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "pages"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@pytest.mark.parametrize("page", ["en/index.md", "pt-BR/index.md"])
def test_the_first_page_does_what_it_says(page, tmp_path, monkeypatch):
    """A search is rehearsed only: it takes minutes, and `make quickstart` does one."""
    monkeypatch.chdir(tmp_path)
    typed = []
    for found in FENCE.finditer((SITE / page).read_text("utf-8")):
        if found[1] == "python":
            exec(compile(found[2], page, "exec"), {})  # ours
        for line in found[2].splitlines() if found[1] == "bash" else []:
            _, *words = shlex.split(line, comments=True)
            rehearsed = [*words, "--dry-run"] if words[0] == "run" and "--dry-run" not in words else words
            result = CliRunner().invoke(app, rehearsed)
            assert result.exit_code == 0, (line, result.output, result.exception)
            typed.append(words[0])
    assert typed == ["audit", "check", "verify", "init", "run", "run"]
    (folder,) = (tmp_path / "runs").iterdir()
    assert {"card.pdf", "card.html", "audit.json"} <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("page", ["en/extend.md", "pt-BR/extend.md"])
def test_another_package_is_told_the_groups_that_are_read(page):
    """Each group of the example stands in the code that looks for it."""
    (example,) = [found[2] for found in FENCE.finditer((SITE / page).read_text("utf-8")) if found[1] == "toml"]
    groups = tomllib.loads(example)["project"]["entry-points"]
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "boletim" / "contracts").rglob("*.py"))
    fixed = {name for name in groups if name.removeprefix("boletim.") not in ("metric", "probe", "task", "section")}
    assert 'f"boletim.{kind}"' in code
    assert fixed == {"boletim.words", "boletim.language"}
    assert all(f'"{name}"' in code for name in fixed)


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md", *sorted(SITE.rglob("*.md"))]


def anchors(path):
    """What the headings of a page are called in its address."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.M)
    plain = [unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower() for title in titles]
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip()) for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    """The pages under reference/ are made of the code when the site is built."""
    links = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text("utf-8")))
    lost = []
    for link in links:
        name, _, anchor = link.partition("#")
        place = page.parent / name if name else page
        is_outside = "://" in link or link.startswith("mailto:")
        if is_outside or name.startswith(("reference/", "../en/reference/")):
            continue
        if not place.exists() or (anchor and anchor not in anchors(place)):
            lost.append(link)
    assert not lost
