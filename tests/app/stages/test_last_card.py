"""`card.compare_with`: what changed is on the card, stays when the other run is gone, and is recomputed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.flows.verify import outcome_of, recompare_cards, verify_file
from boletim.contracts.errors import BoletimError
from boletim.contracts.results.card import Card
from boletim.reports.checking.card_file import read_card_file
from boletim.reports.checking.changes import check_changes


def audited(folder: Path, name: str, frame: pd.DataFrame, *more: str) -> Path:
    table, run = folder / f"{name}.csv", folder / name
    frame.to_csv(table, index=False)
    command = f"audit --predictions {table} --quiet --run-dir {run} --name {name} --group gender"
    result = CliRunner().invoke(app, [*command.split(), "--set", "audit.bootstrap=100", *more])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, object]]:
    """An old run, a new one in which class b got worse, and the diff of both; the old one is then deleted."""
    folder = tmp_path_factory.mktemp("last")
    rng = np.random.default_rng(2)
    label = np.repeat(["a", "b"], 300)
    other = np.where(label == "a", "b", "a")
    good = np.where(rng.random(600) < 0.9, label, other)
    worse = np.where((label == "b") & (rng.random(600) < 0.3), other, good)
    base = pd.DataFrame({"label": label, "gender": rng.choice(["f", "m"], 600)})
    old = audited(folder, "old", base.assign(predicted=good))
    new = audited(
        folder,
        "new",
        base.assign(predicted=worse),
        "--set",
        f"card.compare_with={old}",
        "--set",
        "card.languages=[en, pt-BR]",
    )
    found = CliRunner().invoke(app, ["diff", str(old), str(new), "--json"])
    assert found.exit_code == 1
    shutil.rmtree(old)
    return old, new, json.loads(found.stdout)


def test_the_card_holds_the_numbers_of_diff(runs: tuple[Path, Path, dict[str, object]]) -> None:
    _, new, diff = runs
    changes = json.loads((new / "card.json").read_bytes())["changes"]
    assert changes == diff
    assert changes["outcome"] == "regression"


def test_every_format_says_it_in_both_languages(runs: tuple[Path, Path, dict[str, object]]) -> None:
    _, new, diff = runs
    change = next(c for c in diff["changes"] if c["id"] == "recall{class=b}")  # type: ignore[attr-defined]
    shown = {"en": f"\N{MINUS SIGN}{-change['difference']:.3f}"}
    shown["pt-BR"] = shown["en"].replace(".", ",")
    for language, stem, title in (("en", "card", "What changed"), ("pt-BR", "card.pt-BR", "O que mudou")):
        html = (new / f"{stem}.html").read_text("utf-8")
        assert title in html
        assert shown[language] in html
        text = " ".join(read_card_file((new / f"{stem}.pdf").read_bytes()).pages)
        assert shown[language] in text
    assert "Against the last card, old: Regression" in (new / "card.html").read_text("utf-8")
    readme = (new / "README.md").read_text("utf-8")
    assert "## What changed since the last card" in readme
    assert f"{shown['en']}" in readme


def test_the_same_bytes_when_the_other_run_is_gone(runs: tuple[Path, Path, dict[str, object]]) -> None:
    old, new, _ = runs
    assert not old.exists()
    names = ("card.pdf", "card.html", "card.pt-BR.pdf", "README.md")
    before = {name: (new / name).read_bytes() for name in names}
    assert CliRunner().invoke(app, ["render", str(new), "--quiet"]).exit_code == 0
    assert {name: (new / name).read_bytes() for name in names} == before


def test_verify_recomputes_what_changed(runs: tuple[Path, Path, dict[str, object]]) -> None:
    _, new, _ = runs
    items = verify_file(new / "card.pdf")
    assert outcome_of(items) == "agrees"
    assert "regression" in next(i.detail for i in items if i.what == "changes since the last card")


def test_whatever_differs_is_named(runs: tuple[Path, Path, dict[str, object]]) -> None:
    _, new, _ = runs
    attached = read_card_file((new / "card.pdf").read_bytes()).attachments
    card, predictions = Card.model_validate_json(attached["card.json"]), attached["predictions.parquet"]

    def found(shown: Card = card, own: bytes | None = predictions, **changed: bytes | None) -> tuple[str, str]:
        files = {name: content for name, content in (attached | changed).items() if content is not None}
        (item,) = check_changes(shown, files, own, recompare_cards)
        return item.status, item.detail

    assert card.changes is not None
    first = card.changes.changes[0]
    wrong = first.model_copy(update={"difference": (first.difference or 0.0) + 0.1})
    moved = card.changes.model_copy(update={"changes": (wrong, *card.changes.changes[1:])})
    status, detail = found(card.model_copy(update={"changes": moved}))
    assert (status, f"{first.id}.difference" in detail) == ("differs", True)
    silent = card.model_copy(update={"changes": None})
    assert found(silent)[0] == "differs"
    assert found(**{"last-card.json": attached["last-card.json"] + b" "})[0] == "differs"
    assert found(**{"last-card.json": None})[0] == "differs"
    assert found(**{"last-predictions.parquet": predictions})[0] == "differs"
    assert found(**{"last-predictions.parquet": None})[0] == "not checked"
    assert found(own=None)[0] == "not checked"


@pytest.mark.parametrize(("named", "rule"), [("nowhere", "does not exist"), (".", "has no card.json"), ("me", "own")])
def test_what_is_no_last_card_is_one_line(tmp_path: Path, named: str, rule: str) -> None:
    frame = pd.DataFrame({"label": ["a", "b"] * 40, "predicted": ["a", "b"] * 40, "gender": ["f"] * 80})
    with pytest.raises(BoletimError, match=rule) as caught:
        audited(tmp_path, "me", frame, "--set", f"card.compare_with={tmp_path / named}")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "me" / "card.json").exists()


def test_a_kept_card_that_was_deleted_is_one_line(runs: tuple[Path, Path, dict[str, object]], tmp_path: Path) -> None:
    _, new, _ = runs
    copy = shutil.copytree(new, tmp_path / "copy")
    (copy / "compared" / "card.json").unlink()
    result = CliRunner().invoke(app, ["render", str(copy), "--format", "md"])
    assert "compared has no card.json" in str(result.exception)
