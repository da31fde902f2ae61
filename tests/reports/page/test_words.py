import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest

from boletim.contracts.configuration.card import ANSWERS
from boletim.contracts.errors import InputError
from boletim.contracts.finding import Finding
from boletim.contracts.language import known_languages, load_language
from boletim.contracts.meaning import Reason, message
from boletim.contracts.method import NEWCOMBE, WILSON, Method, simultaneous_over_pairs
from boletim.contracts.results.audit import Diagnosis
from boletim.contracts.results.card import Card
from boletim.reports.page.context import STATUS_TOKENS
from boletim.reports.page.section import sections
from boletim.reports.page.words import Words

ROOT = Path(__file__).resolve().parents[3]


def flat(words: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


PACKS = {code: dict(flat(load_language(code).words)) for code in known_languages()}


def test_all_packs_have_the_same_texts_with_the_same_slots() -> None:
    slots = {
        code: {key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in pack.items()}
        for code, pack in PACKS.items()
    }
    first, *others = slots.values()
    for other in others:
        assert other.keys() == first.keys()
        assert {key: names for key, names in other.items() if names != first[key]} == {}


def test_every_text_is_a_filled_string() -> None:
    for code, pack in PACKS.items():
        assert [key for key, text in pack.items() if not isinstance(text, str) or not text.strip()] == [], code


def keys_in_sources() -> set[str]:
    """Literal keys that the views and templates ask for."""
    found = set()
    for path in (ROOT / "reports").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "text":
                found |= {
                    arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    for path in (ROOT / "templates").rglob("*.j2"):
        found |= set(re.findall(r'\bt\("([a-z_.]+)"[,)]', path.read_text(encoding="utf-8")))
    return found


def computed_keys() -> set[str]:
    """Keys that are put together from the names of things."""
    keys = {f"fields.{name}" for name in ANSWERS}
    keys |= {f"status.{token}" for token in STATUS_TOKENS.values()}
    keys |= {f"curve.diagnoses.{name.replace(' ', '_')}" for name in get_args(Diagnosis)}
    for name in [section.name for section in sections()]:
        if name not in ("page_one", "page_two", "contents"):
            keys |= {f"sections.{name}.title", f"sections.{name}.lead"}
    for reason in ("pass", "pass_with_conditions", "fail", "insufficient_evidence", "not_gated"):
        keys.add(f"reasons.{reason}")
    return keys


def test_every_text_asked_for_is_in_every_pack() -> None:
    asked = keys_in_sources() | computed_keys()
    assert len(asked) > 150
    for code, pack in PACKS.items():
        assert sorted(key for key in asked if key not in pack) == [], code


def test_every_aspect_that_was_not_measured_has_a_text(card: Card) -> None:
    every = {key.split(".")[1] for key in PACKS["en"] if key.startswith("not_measured.")}
    assert set(card.not_measured) <= every


def test_numbers_in_sentences_follow_the_reader() -> None:
    values = {"diagnosis": "x", "lowest": 0.58, "step": 1750, "end": 0.674}
    sentence = Words.of("pt-BR").text("findings.curve_loss_rises", **values)
    assert "0,580" in sentence
    assert "1.750" in sentence
    assert "16%" in Words.of("pt-BR").text("curve.swings", swing=0.1623, threshold=0.1)


def test_values_are_never_read_as_templates() -> None:
    words = Words.of("en")
    assert words.text("scope.attribute", value="{value.__class__} {0} {{7*7}}") == "by {value.__class__} {0} {{7*7}}"


def test_a_missing_text_or_slot_is_an_error() -> None:
    words = Words.of("en")
    with pytest.raises(InputError, match=r"words\.no\.such"):
        words.text("no.such")
    with pytest.raises(InputError, match="n_gates"):
        words.text("reasons.pass")


@pytest.mark.parametrize(("code", "words"), [("en", "(too few for an interval)"), ("pt-BR", "(poucos dados para um")])
def test_a_claim_about_too_few_texts_has_no_empty_brackets(code: str, words: str) -> None:
    key, values = "counterfactual_token_fairness_gap_open", {"value": 0.25, "low": None, "high": None, "n": 1}
    found = Finding(
        severity="info",
        kind="probe",
        key=key,
        verdict="insufficient evidence",
        measures=(),
        values=values | {"margin": 0.05},
    )
    sentence = Words.of(code).finding(found)
    assert words in sentence
    assert "–" not in sentence


def test_methods_and_reasons_are_said_and_a_kind_of_a_plug_in_is_quoted() -> None:
    english, portuguese = Words.of("en"), Words.of("pt-BR")
    method = NEWCOMBE + simultaneous_over_pairs(1_234)
    assert english.method(method) == "Newcombe, simultaneous over 1,234 pairs"
    assert portuguese.method(method) == "Newcombe, simultâneo em 1.234 pares"
    assert english.method(None) == english.reason(None) == ""
    pruned = Reason.of("pruned", epoch=1.5, metric="f1_macro", value=0.8124)
    assert portuguese.reason(pruned).startswith("podada na época 1,5; melhor F1 macro até então: 0,812")
    own = Method.of("sandwich_of_mine", m=3)
    assert english.method(WILSON + own) == "Wilson, sandwich of mine: 3"
    assert portuguese.reason(message("the moon was full {x}")) == "mensagem do programa: “the moon was full {x}”"


def test_a_finding_of_a_plug_in_without_words_is_quoted_with_its_values() -> None:
    found = Finding(
        severity="low", kind="data", key="moon_is_full", values={"n": 3, "x": None}, verdict="shown", measures=()
    )
    assert Words.of("en").finding(found) == "moon is full: 3"
