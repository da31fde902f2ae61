"""A waived gate keeps its outcome, says who waived it, and stops deciding until its last day is over."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.files.atomic import write_json
from boletim.contracts.files.gates_seal import hash_gates
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.files.yaml_file import write_yaml
from boletim.contracts.results.card import Card
from boletim.reports.card.assemble import describe_data
from boletim.reports.exports.junit import render_junit
from boletim.reports.exports.markdown import render_markdown
from boletim.reports.page.html import render_html

RUN_DAY = date(2026, 3, 5)  # of the sample card's provenance
MISSED = {"measure": "recall_gap{attribute=gender}", "at_most": 0.10}
PASSED = {"measure": "f1_macro", "at_least": 0.5}


def gate(until: str | None = None, **parts: object) -> GateConfig:
    waiver = {"by": "Ana Souza", "because": "retraining is under way", "until": until}
    return GateConfig.model_validate(MISSED | parts | ({"waiver": waiver} if until else {}))


def lay_out(folder: Path, card: Card, gates: tuple[GateConfig, ...]) -> None:
    """A run folder whose files agree with this card."""
    config = RunConfig(
        name=card.name,
        language=card.language,
        data={"source": "texts.csv", "text": "text", "label": "label", "synthetic": card.synthetic},
        candidates=("model",),
        gates=gates,
        card=card.provided,
    ).model_dump(mode="json")
    hashes = {"config_sha256": key_of(config), "gates_sha256": hash_gates(gates), "gates_sealed": None}
    origin = card.provenance.model_copy(update=hashes | {"predictions_sha256": None})
    data = describe_data(RunConfig.model_validate(config))
    write_yaml(folder / "config.yaml", config)
    content = card.model_copy(update={"provenance": origin, "data": data}).model_dump(mode="json")
    write_json(folder / "card.json", content)
    for name in ("audit", "probes", "cost", "provenance"):
        if content[name] is not None:
            write_json(folder / f"{name}.json", content[name])


@pytest.mark.parametrize(
    ("until", "is_waived", "verdict", "code"),
    [
        (None, False, "fail", 1),
        ("2026-03-04", False, "fail", 1),  # ended the day before the run
        ("2026-03-05", True, "pass", 0),  # its last day
        ("2026-12-31", True, "pass", 0),
    ],
)
def test_a_waiver_holds_to_its_last_day(
    make_card: Callable[..., Card], tmp_path: Path, until: str | None, is_waived: bool, verdict: str, code: int
) -> None:
    card = make_card(gates=(GateConfig.model_validate(PASSED), gate(until)))
    assert card.gates[1].status == "fail"
    assert (card.gates[1].is_waived, card.verdict) == (is_waived, verdict)
    lay_out(tmp_path, card, (GateConfig.model_validate(PASSED), gate(until)))
    checked = CliRunner().invoke(app, ["check", str(tmp_path), "--junit", str(tmp_path / "gates.xml")])
    assert checked.exit_code == code
    assert ("; waived until" in checked.output) == is_waived
    suite = ElementTree.fromstring((tmp_path / "gates.xml").read_text(encoding="utf-8"))
    assert (suite.get("skipped"), suite.get("failures")) == (("1", "0") if is_waived else ("0", "1"))
    if is_waived:
        assert suite.find("testcase/skipped").get("message").endswith("by Ana Souza: retraining is under way")


def test_an_open_gate_can_be_waived_and_a_passed_one_needs_no_waiver(make_card: Callable[..., Card]) -> None:
    open_gate = gate("2026-12-31", measure="accuracy", at_least=0.83, at_most=None)
    card = make_card(gates=(open_gate, gate("2026-12-31", **PASSED, at_most=None)))
    assert [(g.status, g.is_waived) for g in card.gates] == [("insufficient evidence", True), ("pass", False)]
    assert card.verdict == "pass"
    assert "skipped" not in render_junit(card).split("f1_macro", 1)[1]


def test_waivers_alone_are_no_pass(make_card: Callable[..., Card]) -> None:
    card = make_card(gates=(gate("2026-12-31"),))
    assert (card.verdict, card.reason_key) == ("not gated", "reasons.all_waived")


def test_the_card_shows_outcome_and_waiver_in_both_languages(make_card: Callable[..., Card]) -> None:
    card = make_card(gates=(GateConfig.model_validate(PASSED), gate("2026-12-31")))
    english, portuguese = (unescape(re.sub(r"<[^>]+>", " ", render_html(card, code))) for code in ("en", "pt-BR"))
    assert "waived until 2026-12-31 by Ana Souza: retraining is under way" in english
    assert "dispensado até 31/12/2026 por Ana Souza" in portuguese
    assert re.search(r"Reprovado\s+o intervalo inteiro está além do limite", portuguese)
    assert "waived until 2026-12-31" in render_markdown(card, "en")


def test_a_waiver_is_sealed_with_its_gate_and_leaves_other_seals_alone() -> None:
    assert len({hash_gates([gate(until)]) for until in (None, "2026-12-31", "2027-12-31")}) == 3
    without = GateConfig.model_validate(MISSED)
    bare = without.model_dump(exclude={"waiver"})
    assert bare == {"measure": MISSED["measure"], "at_least": None, "at_most": 0.10}
    assert hash_gates([without]) == key_of([bare])  # as before there were waivers


@pytest.mark.parametrize("part", ["by", "because", "until"])
def test_a_waiver_is_whole(part: str) -> None:
    waiver = {"by": "Ana", "because": "x", "until": "2026-12-31"}
    with pytest.raises(ValidationError, match=part):
        GateConfig.model_validate(MISSED | {"waiver": {k: v for k, v in waiver.items() if k != part}})
    with pytest.raises(ValidationError):
        GateConfig.model_validate(MISSED | {"waiver": waiver | {part: " "}})
