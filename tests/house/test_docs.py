"""What the README and the pages tell people to type exists, and what they tell them to run runs."""

import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import typer
import yaml

from boletim.app.cli import app
from boletim.contracts.configuration import RunConfig

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "pages"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(SITE.rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(*languages):
    for path in PAGES:
        text = path.read_text("utf-8")
        for found in FENCE.finditer(text):
            if found[1] in languages:
                line = text[: found.start()].count("\n") + 1
                yield pytest.param(path, found[2], id=f"{path.relative_to(ROOT)}:{line}")


def typed(text):
    """The commands of Boletim in a block, as words."""
    for line in text.replace("\\\n", " ").splitlines():
        line = re.sub(r"^.*?(?=boletim )", "", line) if " boletim " in f" {line}" else ""
        if line:
            yield shlex.split(line.replace("…", ""), comments=True)


def problem(words, *, is_whole):
    """What is wrong with a command; None where nothing is."""
    if len(words) < 2 or words[1].startswith("-"):
        return None
    command = COMMANDS.get(words[1])
    if command is None:
        return f"there is no command {words[1]}"
    context = typer.Context(command, info_name=words[1])
    if is_whole:
        try:
            command.make_parser(context).parse_args(list(words[2:]))
        except Exception as error:
            return f"{' '.join(words)}: {error}"
    known = {option for parameter in command.get_params(context) for option in parameter.opts}
    unknown = [word for word in words[2:] if word.startswith("--") and word.partition("=")[0] not in known]
    return f"{words[1]} has no {unknown[0]}" if unknown else None


@pytest.mark.parametrize(("path", "text"), blocks("bash", "sh", ""))
def test_what_is_to_be_typed_exists(path, text):
    assert not [found for words in typed(text) if (found := problem(words, is_whole=True))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_a_sentence_exist(path):
    text = FENCE.sub("", path.read_text("utf-8"))
    named = [found[1] for found in re.finditer(r"`(boletim [^`]+)`", text)]
    found = []
    for one in named:
        try:
            words = shlex.split(one.replace("…", ""))
        except ValueError:
            words = one.split()
        found.append(problem(words, is_whole=False))
    assert not [one for one in found if one]


def test_a_command_that_there_is_not_is_found():
    assert problem(["boletim", "evaluate", "x"], is_whole=True)
    assert problem(["boletim", "run", "c.yaml", "--trials", "4"], is_whole=True)
    assert problem(["boletim", "check"], is_whole=False) is None
    assert problem(["boletim", "run", "c.yaml", "--dry"], is_whole=False)


@pytest.mark.parametrize(("path", "text"), blocks("yaml"))
def test_configurations_are_valid(path, text):
    content = yaml.safe_load(text)
    if not set(content) <= set(RunConfig.model_fields):
        assert set(content) & {
            "on",
            "name",
            "jobs",
            "repos",
            "model-card",
            "boletim",
            "apiVersion",
        }  # for other programs
        told = [shlex.split(found) for found in re.findall(r"(?:run:|-|entry:) (boletim .+)", text)]
        assert not [found for words in told if (found := problem(words, is_whole=True))]
        return
    whole = {"name": "page", "data": {"source": "x.csv", "text": "t", "label": "l", "groups": ["gender"]}} | content
    if not {"model", "predictions"} & set(content):
        whole |= {"candidates": ["m"]}
    else:
        whole["data"] = {"source": content.get("predictions", "x.csv"), "text": "t"} | whole["data"]
    RunConfig.model_validate(whole)


@pytest.fixture
def people_have(make_model, tmp_path, monkeypatch):
    """Names that a block may use without making them: a table, a model, a Trainer, an experiment tracker."""
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(1)
    stars = draw.choice(["bad", "good"], 200)
    score = np.where(stars == "good", 0.8, 0.3) + draw.uniform(-0.2, 0.2, 200)
    table = pd.DataFrame(
        {
            "review": draw.choice(["the nurse works", "the doctor writes", "the coach runs"], 200),
            "stars": stars,
            "pred": np.where(score > 0.5, "good", "bad"),
            "score_bad": 1 - score,
            "score_good": score,
            "gender": draw.choice(["f", "m"], 200),
            "age": draw.integers(16, 80, 200),
        }
    )
    kept = []
    tracker = SimpleNamespace(log_metrics=kept.append, log_artifact=kept.append, set_tag=lambda *tag: kept.append(tag))
    return {
        "df": table,
        "test": table,
        "pipe": str(make_model("bert", ("bad", "good"))),
        "trainer": SimpleNamespace(add_callback=kept.append),
        "mlflow": tracker,
        "kept": kept,
    }


PYTHON = list(blocks("python"))


@pytest.mark.parametrize(
    "page", dict.fromkeys(param.values[0] for param in PYTHON), ids=lambda path: str(path.relative_to(ROOT))
)
def test_python_runs_as_it_stands(page, people_have):
    """The blocks of a page one after the other, as a reader would."""
    names = dict(people_have)
    for param in PYTHON:
        path, text = param.values
        if path == page:
            exec(compile(text, str(page), "exec"), names)  # ours
    hand_over = names.get("hand_over") or names.get("entregar")
    if hand_over is not None:
        hand_over(names.get("report") or names["relatorio"], names["mlflow"])
        figures, card, tag = names["kept"]
        assert "accuracy" in figures
        assert not [name for name in figures if "{" in name]
        assert card.is_file()
        assert tag[1] == "pass"


def test_every_page_has_its_twin_and_stands_in_the_navigation():
    english, portuguese = ({path.name for path in (SITE / code).glob("*.md")} for code in ("en", "pt-BR"))
    assert english == portuguese
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert not [path for path in SITE.rglob("*.md") if f" {path.relative_to(SITE)}" not in navigation]
