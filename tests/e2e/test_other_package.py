"""A package of somebody else's, installed beside Boletim: its metric, section, words and language reach the card."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from boletim.contracts.language import language_folder

FILES = {
    "theirs/__init__.py": "",
    "theirs/hit_rate.py": """
from dataclasses import replace
from boletim.audit.metrics.overall.accuracy import METRIC as accuracy
METRIC = replace(accuracy, name="hit_rate")
""",
    "theirs/remark.py": """
from boletim.reports.page.section import Section
def build(context):
    return {"text": f"{context.card.name} < {context.evidence.get('hit_rate').n}"}
SECTION = Section("remark", "76_remark.html.j2", build, package="theirs")
""",
    "theirs/76_remark.html.j2": "<p>their remark: {{ view.text }}</p>\n",
    "theirs/words/__init__.py": "",
    "theirs/words/en.yaml": """
metrics: {hit_rate: {name: Rate of hits, definition: Share of hits., formula: hits / n}}
sections: {remark: {title: A remark of theirs, lead: Said by them.}}
""",
    "theirs/xx/__init__.py": "",
    "theirs-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n",
    "theirs-1.0.dist-info/entry_points.txt": """
[boletim.metric]
hit_rate = theirs.hit_rate
[boletim.section]
remark = theirs.remark
[boletim.words]
theirs = theirs.words
[boletim.language]
xx = theirs.xx
""",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with theirs, whose language is English under another code."""
    folder = tmp_path / "site"
    shutil.copytree(str(language_folder("en")), folder / "theirs" / "xx")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    about = folder / "theirs" / "xx" / "language.yaml"
    about.write_text(about.read_text("utf-8").replace("code: en", "code: xx"), "utf-8")
    return folder


def boletim(site: Path, where: Path, *arguments: str) -> str:
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "boletim", *arguments]
    done = subprocess.run(command, cwd=where, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


def test_their_metric_section_words_and_language_reach_the_card(site: Path, tmp_path: Path) -> None:
    rows = pd.DataFrame({"label": ["no", "yes"] * 100, "predicted": ["no", "yes", "no", "no"] * 50})
    rows.to_csv(tmp_path / "p.csv", index=False)
    said = boletim(site, tmp_path, "audit", "--predictions", "p.csv", "--language", "xx", "--run-dir", "run")
    assert "verdict" in said
    page = (tmp_path / "run" / "card.html").read_text("utf-8")
    assert "A remark of theirs" in page
    assert "their remark: p &lt; 200" in page
    assert "Rate of hits" in page
    assert page.index('id="groups"') < page.index('id="remark"') < page.index('id="limits"')
    boletim(site, tmp_path, "init", "--language", "xx")
    assert "boletim run" in (tmp_path / "boletim.yaml").read_text("utf-8")
