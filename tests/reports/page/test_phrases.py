"""Nothing that the code can say of methods and reasons stays English on a Portuguese card."""

import ast
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from boletim.contracts.language import known_languages
from boletim.contracts.results.card import Card
from boletim.reports.page import phrases
from boletim.reports.page.context import Context
from boletim.reports.page.html import render_html
from boletim.reports.page.phrases import FORMATS, METHODS, REASONS, UNUSABLE, parts_of, recognise
from boletim.reports.page.words import Words

ROOT = Path(__file__).resolve().parents[3]
NOT_OURS = {"inverted_cdf", "bh", "HEAD"}  # arguments of numpy, scipy and an http request
SAID = (
    ("training.reasons", REASONS, "pruned at epoch 1.5, best f1_macro 0.812 until then"),
    ("training.reasons", REASONS, "interrupted 5 times"),
    ("training.reasons", REASONS, "out of memory even one example at a time: no room"),
    ("probes.unusable", UNUSABLE, "there are no test texts to swap; give a data set with a text column"),
    ("probes.unusable", UNUSABLE, "the language pack of xx has no swap rules"),
    ("probes.unusable", UNUSABLE, "the language pack of xx has no professions or no frames"),
    ("model.formats", FORMATS, "pickle (allowed by the user)"),
    ("model.formats", FORMATS, "safetensors; the base model was pickled (allowed)"),
)


def strings(node: ast.AST) -> Iterator[str]:
    """Texts an expression can be; what is filled in is 7."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Compare):
        for child in ast.iter_child_nodes(node):
            yield from strings(child)


def methods_in_sources() -> set[str]:
    found: set[str] = set()
    for path in (p for room in ("audit", "probes", "tuning", "boletim/models") for p in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "method":
                found |= set(strings(node.value))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("method", "_simultaneous"):
                found |= {text for argument in node.args for text in strings(argument)}
            elif isinstance(node, ast.FunctionDef) and node.name in ("method", "_simultaneous"):
                found |= set(strings(node.body[-1]))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("method", "_METHOD", "how"):
                found |= set(strings(node.value))
    return found - NOT_OURS


def test_every_method_in_the_sources_is_known() -> None:
    found = methods_in_sources()
    assert {"wilson", "cluster bootstrap", "7, simultaneous over 7 pairs", "count"} <= found
    parts = {part for method in found for part in parts_of(method) if re.search(r"[A-Za-z]{2}", part)}
    assert len(parts) > 25
    assert sorted(part for part in parts if recognise(part, METHODS) is None) == []


def test_every_phrase_is_in_every_pack() -> None:
    for code in known_languages():
        words = Words.of(code)
        for kind, known in (
            ("methods", METHODS),
            *{(kind, tuple(known)): (kind, known) for kind, known, _ in SAID}.values(),
        ):
            assert [key for key in known if words.find(f"{kind}.{key}") is None] == [], (code, kind)


@pytest.mark.parametrize(("kind", "known", "english"), SAID)
def test_every_reason_is_said_in_portuguese(card: Card, kind: str, known: dict[str, str], english: str) -> None:
    said = Context(card, Words.of("pt-BR")).phrase(kind, known, english)
    assert "mensagem do programa" not in said
    shared = {"pickle", "safetensors", "base", "macro", "f", "xx", "room", "no"}
    assert not set(re.findall(r"[a-z]+", english)) & set(re.findall(r"[a-zà-ú]+", said)) - shared


def test_the_reasons_are_those_that_the_search_writes() -> None:
    written = "".join(
        (ROOT / "tuning" / name).read_text("utf-8") for name in ("search/attempt.py", "study/trial_slots.py")
    )
    for start in ("pruned at ", "interrupted {n_torn} times", "out of memory even one example at a time: "):
        assert start in written


def test_a_portuguese_card_with_every_method_shows_no_english_one(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    overall = next(m for m in whole.audit.measures if m.id == "accuracy")
    methods = sorted(methods_in_sources())
    names = [f"own_{place}" for place in range(len(methods))]
    made = [overall.model_copy(update={"id": n, "metric": n, "method": m}) for n, m in zip(names, methods, strict=True)]
    reason = "pruned at epoch 1.5, best f1_macro 0.812 until then"
    trials = tuple(t.model_copy(update={"reason": reason, "state": "pruned"}) for t in whole.search.trials)
    card = make_card(
        audit=whole.audit.model_copy(update={"measures": (*whole.audit.measures, *made)}),
        search=whole.search.model_copy(update={"trials": trials, "mishaps": ()}),
    )
    page = unescape(re.sub(r"<[^>]+>", "\n", render_html(card, "pt-BR")))
    lines = {line.strip() for line in page.splitlines()}
    portuguese = Context(card, Words.of("pt-BR"))
    same = {method for method in methods if portuguese.method(method) == method}
    assert same <= {"", "bootstrap", "jackknife", "normal"}
    assert not (set(methods) - same) & lines
    for english in ("pruned", "until then", "simultaneous over", "square-and-add", "majority", "held-out"):
        assert english not in page
    assert "podada na época 1,5; melhor" in page


def test_a_phrase_that_nobody_knows_is_quoted(card: Card) -> None:
    said = Context(card, Words.of("pt-BR")).phrase("training.reasons", phrases.REASONS, "the moon was full {x}")
    assert said == "mensagem do programa: “the moon was full {x}”"
