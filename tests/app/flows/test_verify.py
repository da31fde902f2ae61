"""A card agrees with itself; whatever is changed in it is named."""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.flows.verify import outcome_of, recompare_cards, recompute_audit, verify_file
from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card, ModelFacts, Provenance
from boletim.contracts.results.verification import STATED, VerifiedItem
from boletim.reports.checking.card_file import read_card_file
from boletim.reports.checking.verify import verify_card
from boletim.reports.checking.verify_stated import DERIVED, STATES
from boletim.reports.pdf.draw import render_pdf


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    rng = np.random.default_rng(3)
    label = rng.choice(["no", "yes"], 300)
    score = np.clip(rng.normal(0.5, 0.2, 300) + np.where(label == "yes", 0.15, -0.15), 0.01, 0.99)
    frame = pd.DataFrame(
        {
            "label": label,
            "predicted": np.where(score > 0.5, "yes", "no"),
            "score_no": 1 - score,
            "score_yes": score,
            "gender": rng.choice(["f", "m"], 300),
        }
    )
    frame.to_csv(folder / "p.csv", index=False)
    command = f"audit --predictions {folder}/p.csv --scores score_ --group gender --quiet --run-dir {folder}/run"
    result = CliRunner().invoke(app, [*command.split(), "--set", "audit.bootstrap=100"])
    assert result.exit_code == 0, result.output
    return folder / "run"


@pytest.fixture
def forge(run_folder: Path, tmp_path: Path) -> Callable[..., list[VerifiedItem]]:
    """forge(shown, **attached): verify a card that prints `shown` and carries the given files in place of its own."""

    def make(shown: Card | None = None, **attached: bytes) -> list[VerifiedItem]:
        own = read_card_file((run_folder / "card.pdf").read_bytes())
        card = shown or Card.model_validate_json(own.attachments["card.json"])
        changed = {name.replace("_", "."): content for name, content in attached.items()}
        path = tmp_path / "forged.pdf"
        path.write_bytes(render_pdf(card, "en", own.attachments | changed))
        return verify_file(path)

    return make


def card_of(run_folder: Path) -> Card:
    return Card.model_validate_json((run_folder / "card.json").read_bytes())


def with_accuracy(card: Card, value: float) -> Card:
    measures = tuple(m.model_copy(update={"value": value}) if m.id == "accuracy" else m for m in card.audit.measures)
    return card.model_copy(update={"audit": card.audit.model_copy(update={"measures": measures})})


def named(items: list[VerifiedItem]) -> dict[str, str]:
    return {item.what: item.detail for item in items if item.status == "differs"}


def test_an_untouched_card_agrees(run_folder: Path) -> None:
    items = verify_file(run_folder / "card.pdf")
    assert named(items) == {}
    assert outcome_of(items) == "agrees"
    assert {"audit figures", "pages", "file", "gates", "config.yaml"} <= {item.what for item in items}


def test_a_figure_changed_on_a_page_is_named(run_folder: Path, forge: Callable[..., list[VerifiedItem]]) -> None:
    card = card_of(run_folder)
    differs = named(forge(shown=with_accuracy(card, 0.123)))
    pages = " ".join(detail for what, detail in differs.items() if what.startswith("page "))
    assert "“0.12” is printed" in pages
    assert "audit figures" not in differs


def test_a_figure_changed_everywhere_is_recomputed(run_folder: Path, forge: Callable[..., list[VerifiedItem]]) -> None:
    forged = with_accuracy(card_of(run_folder), 0.999)
    content = forged.model_dump(mode="json")
    items = forge(
        shown=forged, card_json=json.dumps(content).encode(), audit_json=json.dumps(content["audit"]).encode()
    )
    differs = named(items)
    assert differs.keys() == {"audit figures"}
    assert differs["audit figures"].startswith("measures.accuracy.value: 0.999 here, ")


def test_a_stranger_attachment(forge: Callable[..., list[VerifiedItem]]) -> None:
    assert "notes.txt" in named(forge(notes_txt=b"read me"))["attachments"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 10**6, "its brackets are nested too deep"),
        (b'{"a": ', "Expecting value"),
        (b"\xff{", "codec can't decode"),
    ],
)
def test_evidence_that_is_no_json_is_refused_with_its_cause_and_nothing_is_drawn(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, why: str
) -> None:
    own = read_card_file((run_folder / "card.pdf").read_bytes())
    monkeypatch.setattr("boletim.reports.checking.verify.check_pages", None)
    forged = replace(own, attachments=own.attachments | {"audit.json": content})
    with pytest.raises(InputError, match=r"audit\.json is what Boletim writes, the attached one is not JSON") as caught:
        verify_card(forged, recompute_audit, recompare_cards)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_whole_card_is_compared_by_its_bytes_and_no_page_is_read(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = read_card_file((run_folder / "card.pdf").read_bytes())
    monkeypatch.setattr("boletim.reports.checking.pages.read_card_file", None)
    assert outcome_of(verify_card(own, recompute_audit, recompare_cards)) == "agrees"
    assert "pages" not in vars(own)


def test_what_no_evidence_settles_is_named(run_folder: Path) -> None:
    """A predictions file brings no training, no probes and no texts; the rest is the card's word."""
    (stated,) = [item.detail for item in verify_file(run_folder / "card.pdf") if item.what == STATED]
    assert "needs" not in stated
    assert all(word in stated for word in ("created", "git_commit", "packages", "hardware"))


def test_every_field_of_a_card_is_compared_or_named_as_stated() -> None:
    for name, record in (("card", Card), ("provenance", Provenance), ("model", ModelFacts)):
        listed = [*DERIVED[name].split(), *STATES[name].split()]
        assert sorted(listed) == sorted(record.model_fields)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "Another"}, "name: "),
        ({"language": "pt-BR"}, "language: "),
        ({"data": {"source": "better.csv"}}, "data.source: "),
        ({"data": {"description": "10,000 reviewed texts"}}, "data.description: "),
        ({"provenance": {"seeds": {"run": 99}}}, "seeds: "),
        ({"model": {"sha256": "0" * 64}}, "model.sha256 "),
        ({"model": {"labels": ["x", "y"]}}, "model.labels "),
    ],
)
def test_what_contradicts_the_evidence_differs(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], told: str
) -> None:
    """Changed in card.json and drawn again: the pages agree, and the attached configuration does not."""
    monkeypatch.setattr("boletim.reports.checking.verify.check_pages", lambda file, card, draw: [])
    content = json.loads((run_folder / "card.json").read_bytes())
    for key, value in change.items():
        content[key] = content[key] | value if isinstance(value, dict) else value
    own = read_card_file((run_folder / "card.pdf").read_bytes())
    own.attachments["card.json"] = json.dumps(content).encode()
    items = verify_card(own, recompute_audit, recompare_cards)
    assert told in "\n".join(f"{item.detail}" for item in items if item.status == "differs")
    assert outcome_of(items) == "differs"


def test_ids_that_somebody_gave_stay_out_of_the_pdf(run_folder: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(run_folder.parent / "p.csv")
    frame.insert(0, "id", [f"person-{i}" for i in range(len(frame))])
    frame.to_csv(tmp_path / "p.csv", index=False)
    command = f"audit --predictions {tmp_path}/p.csv --group gender --quiet --run-dir {tmp_path}/run"
    assert CliRunner().invoke(app, command.split()).exit_code == 0
    card = tmp_path / "run" / "card.pdf"
    assert "predictions.parquet" not in read_card_file(card.read_bytes()).attachments
    assert outcome_of(verify_file(card)) == "not checked"
    assert outcome_of(verify_file(card, tmp_path / "run" / "predictions.parquet")) == "agrees"


def test_one_prediction_changed(run_folder: Path, forge: Callable[..., list[VerifiedItem]]) -> None:
    frame = pd.read_parquet(run_folder / "predictions.parquet")
    frame.loc[0, "predicted"] = "no" if frame.loc[0, "predicted"] == "yes" else "yes"
    changed = io.BytesIO()
    frame.to_parquet(changed, index=False)
    assert "hash" in named(forge(predictions_parquet=changed.getvalue()))["audit figures"]


def test_a_gate_added_later(run_folder: Path, forge: Callable[..., list[VerifiedItem]]) -> None:
    content = yaml.safe_load((run_folder / "config.yaml").read_text("utf-8"))
    content["gates"] = [{"measure": "accuracy", "at_least": 0.1}]
    differs = named(forge(config_yaml=yaml.safe_dump(content).encode()))
    assert {"config.yaml", "gates", "verdict"} <= differs.keys()


def test_copies_that_disagree(run_folder: Path, forge: Callable[..., list[VerifiedItem]]) -> None:
    audit = json.loads((run_folder / "audit.json").read_text("utf-8"))
    audit["measures"][0]["n"] += 1
    differs = named(forge(audit_json=json.dumps(audit).encode()))
    assert differs.keys() == {"audit.json"}
    assert audit["measures"][0]["id"] in differs["audit.json"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_one_byte(run_folder: Path, tmp_path: Path, share: float) -> None:
    content = bytearray((run_folder / "card.pdf").read_bytes())
    content[int(len(content) * share)] ^= 1
    path = tmp_path / "bent.pdf"
    path.write_bytes(content)
    with suppress(InputError):  # no longer a whole PDF, which is said too
        assert outcome_of(verify_file(path)) == "differs"


def test_code_from_outside_is_never_run(run_folder: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    config = RunConfig.model_validate(yaml.safe_load((run_folder / "config.yaml").read_text("utf-8")))
    asked = config.audit.model_copy(update={"metrics": ("accuracy", f"evaluate:{evil}")})
    content = (run_folder / "predictions.parquet").read_bytes()
    recompute_audit(card_of(run_folder), config.model_copy(update={"audit": asked}), content)
    assert not (tmp_path / "ran").exists()


def test_files_that_are_no_card(tmp_path: Path) -> None:
    from weasyprint import HTML

    (tmp_path / "text.pdf").write_bytes(b"hello")
    HTML(string="<p>plain").write_pdf(tmp_path / "plain.pdf")
    for name, rule in (
        ("text.pdf", "a whole PDF"),
        ("plain.pdf", "card.json and audit.json attached"),
        ("no.pdf", "check the path"),
    ):
        result = CliRunner().invoke(app, ["verify", str(tmp_path / name)])
        assert isinstance(result.exception, InputError)
        assert rule in str(result.exception)
